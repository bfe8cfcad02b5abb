import { sizeProblem } from '../images/claimed-size.js';
import type { ImageSource } from '../images/collect-images.js';
import { unusable } from '../tensor/errors.js';
import { withCause } from '../tensor/with-cause.js';
import { decodePicture, formatOf } from './decode-picture.js';
import { readBytes } from './file-store.js';

/** The formats that a function can read, and how its errors refer to it. */
export interface PictureRule {
  readonly where: string;
  readonly argument: string;
  /** The formats that it accepts. */
  readonly formats: readonly ('PNG' | 'JPEG')[];
}

/** Makes a file a source of {@link collectImages}, which reads and decodes it when it is needed. */
export function pictureFile(rule: PictureRule, path: string): ImageSource {
  return {
    name: path,
    read: async ({ maxPixels }) => {
      const { where, argument, formats } = rule;
      const bytes = await readBytes(where, argument, path);
      const complain = (fix: string, cause?: unknown): Error => {
        const must = `must be a ${formats.join(' or ')} file`;
        return withCause(unusable(where, argument, must, { seen: path, fix }), cause);
      };
      if (bytes.length === 0) throw complain('The file is empty.');
      const format = formatOf(bytes);
      if (format === undefined) throw complain(`Its first bytes are not those of a ${formats.join(' or ')} file.`);
      const known = formats.find((one) => one === format);
      if (known === undefined) {
        const remedy = format === 'JPEG' ? 'read it with readImages([path])' : `convert it to PNG`;
        throw complain(`Its first bytes are those of ${format === 'SVG' ? 'an' : 'a'} ${format} file: ${remedy}.`);
      }
      const problem = sizeProblem(bytes, maxPixels);
      if (problem !== undefined) throw complain(problem);
      try {
        return decodePicture(bytes, known);
      } catch (cause) {
        throw complain((cause as Error).message, cause);
      }
    },
  };
}
