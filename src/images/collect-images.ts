import { outOfRange } from '../tensor/errors.js';
import { nextTask } from '../training/next-task.js';
import type { CheckedOptions } from './check-options.js';
import { fitPicture } from './fit-picture.js';
import type { HostImages } from './host-images.js';
import { createImageStore } from './image-store.js';
import { addBackground, type Pixels } from './pixels.js';

/** A picture to read. */
export interface ImageSource {
  /** Its name in errors. */
  readonly name: string;
  /** Decodes the picture, unless it has more than `maxPixels`; the signal ends steps that may take long. */
  read(options: Pick<CheckedOptions, 'signal' | 'maxPixels'>): Promise<Pixels>;
}

/** Reads pictures one after the other and converts them to one size. Only the result and one picture are in memory at a time. */
export async function collectImages(
  where: string,
  sources: readonly ImageSource[],
  options: CheckedOptions,
): Promise<HostImages> {
  const { channels, signal, onProgress } = options;
  const store = createImageStore(where, sources.length, channels);
  let first: { readonly name: string; readonly size: readonly [number, number] } | undefined;
  for (const [i, { name, read }] of sources.entries()) {
    if (signal?.aborted) throw signal.reason;
    const pixels = await read(options);
    const own = [pixels.height, pixels.width] as const;
    first ??= { name, size: own };
    if (options.size === undefined && own.some((length, axis) => length !== first!.size[axis])) {
      const rule = 'must be given if pictures differ in size';
      const seen = `${sizeText(first)} and ${sizeText({ name, size: own })}`;
      throw outOfRange(where, 'size', rule, { seen, fix: 'Pass size: [height, width].' });
    }
    store.add(fitPicture(addBackground(pixels, options.background), options.size ?? own, options));
    onProgress?.({ done: i + 1, total: sources.length });
    await nextTask(signal);
  }
  return store.images();
}

function sizeText({
  name,
  size: [height, width],
}: {
  readonly name: string;
  readonly size: readonly [number, number];
}) {
  return `${name} with ${height} x ${width} (height x width)`;
}
