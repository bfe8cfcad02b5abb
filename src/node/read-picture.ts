import { whyRefused } from '../images/claimed-size.js';
import type { ImageSource } from '../images/collect-images.js';
import { sentence } from '../tensor/errors.js';
import { decodePicture, formatOf } from './decode-picture.js';
import { readBytes } from './file-store.js';

/** What a function can read, and how its errors say so. */
export interface PictureRule {
  readonly where: string;
  readonly argument: string;
  /** The formats that it accepts. */
  readonly formats: readonly ('PNG' | 'JPEG')[];
}

/** A file as a source of {@link collectImages}: it is read and decoded when its turn comes. */
export function pictureFile(rule: PictureRule, path: string): ImageSource {
  return {
    name: path,
    read: async ({ maxPixels }) => {
      const { where, argument, formats } = rule;
      const bytes = await readBytes(where, argument, path);
      const complain = (fix: string, cause?: unknown): Error => {
        const must = `must be a ${formats.join(' or ')} file`;
        return new Error(sentence(where, argument, must, { seen: path, fix }), { cause });
      };
      if (bytes.length === 0) throw complain('The file is empty.');
      const format = formatOf(bytes);
      if (format === undefined) throw complain(`Its first bytes are not those of a ${formats.join(' or ')} file.`);
      const known = formats.find((one) => one === format);
      if (known === undefined) {
        const remedy = format === 'JPEG' ? 'read it with readImages([path])' : `convert it to PNG`;
        throw complain(`Its first bytes are those of ${format === 'SVG' ? 'an' : 'a'} ${format} file: ${remedy}.`);
      }
      const refused = whyRefused(bytes, maxPixels);
      if (refused !== undefined) throw complain(refused);
      try {
        return decodePicture(bytes, known);
      } catch (cause) {
        throw complain((cause as Error).message, cause);
      }
    },
  };
}
