import { checkOptions } from '../images/check-options.js';
import { collectImages } from '../images/collect-images.js';
import type { HostImages, ImageOptions, LabelledImages } from '../images/host-images.js';
import { labelImages, orderClasses } from '../images/label-images.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { browserSource, type BrowserImage } from './decode-source.js';

/**
 * Converts pictures in a page or a worker to one size, in order: files that a user chose, canvases, image elements, bitmaps.
 *
 * Options, result and arithmetic are those of `readImages` from `tfjs-generative/node`: a PNG of up to 8 bits without
 * transparency gives the same bytes in every browser and in Node.
 *
 * @param sources - a list of pictures, such as the `files` of an input element; a canvas is read when all pictures before it have been
 * @param options - see {@link ImageOptions}
 * @returns resolves to host data `[n, height, width, channels]`, bytes from 0 to 255; `batches` takes them and divides by 255
 * @throws (as a rejection) TypeError or RangeError for wrong options, for a value that is not a picture, or if pictures differ in size and
 *   `size` is not given; Error that names the file or its index in the list if it cannot be decoded or read; `signal.reason` once
 *   the signal is aborted
 * @remarks Besides the result, one picture is in memory at a time. A photograph is turned as its Exif orientation says. A lazy image
 * element is loaded; one that has not loaded within 30 seconds is rejected, and so is an empty WebGL canvas. The colour
 * profile of a Blob is ignored. Canvases and image elements are read in sRGB, as they are shown, and ImageData in Display P3 is
 * converted to sRGB. A canvas stores colours multiplied by alpha, and browsers reduce 16 bits to 8: in these cases a byte may differ
 * from Node's by at most 2. JPEG decoders differ by a few levels.
 * @example
 * ```ts
 * const pixels = { width: 2, height: 1, data: Uint8ClampedArray.of(0, 0, 0, 255, 255, 0, 0, 51) }; // black, and faint red
 * const { data, shape } = await imagesFrom([pixels]);
 * console.log(shape, data); // [1, 1, 2, 3] [0, 0, 0, 255, 204, 204]
 * ```
 * @see https://developer.mozilla.org/en-US/docs/Web/API/ImageData
 */
export async function imagesFrom(sources: Iterable<BrowserImage>, options: ImageOptions = {}): Promise<HostImages> {
  const where = 'imagesFrom';
  const checked = checkOptions(where, options);
  return collectImages(where, sourcesOf(where, 'sources', sources), checked);
}

/**
 * Converts pictures in a page or a worker to one size, with the class of each.
 *
 * Classes are numbered in the order of their names, where numbers count by value (`2` comes before `10`), as in
 * `readLabelledImages` from `tfjs-generative/node`.
 *
 * @param groups - a list of pictures for each class, by the name of the class
 * @param options - see {@link ImageOptions}
 * @returns resolves to `{ data, classes }`: `data` has the pictures `x`, `[n, height, width, channels]`, and the labels `condition`, `[n]`,
 *   as `batches` takes them; `classes` has the names
 * @throws (as a rejection) what {@link imagesFrom} throws, and RangeError if there is no class, or a class without pictures
 * @example
 * ```ts
 * const grey = (level: number) => ({ width: 1, height: 1, data: Uint8ClampedArray.of(level, level, level, 255) });
 * const { data, classes } = await labelledImagesFrom({ light: [grey(220)], dark: [grey(9), grey(31)] });
 * console.log(classes.join(), data.condition.data, data.x.data); // dark,light [0, 0, 1] [9, 31, 220]
 * ```
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html, the same for folders
 */
export async function labelledImagesFrom(
  groups: Readonly<Record<string, Iterable<BrowserImage>>>,
  options: ImageOptions = {},
): Promise<LabelledImages> {
  const where = 'labelledImagesFrom';
  const checked = checkOptions(where, options);
  if (groups === null || typeof groups !== 'object' || groups instanceof Map) {
    const rule = 'must be an object with a list of pictures for each class';
    const fix = groups instanceof Map ? 'Convert it: Object.fromEntries(map).' : undefined;
    throw wrongKind(where, 'groups', rule, { got: groups, fix });
  }
  const named = Object.entries(groups).map(
    ([name, sources]) => [name, sourcesOf(where, `groups.${name}`, sources)] as const,
  );
  if (named.length === 0) {
    throw outOfRange(where, 'groups', 'must have at least one class', { seen: 'none' });
  }
  const { classes, sources, labels } = orderClasses(named);
  return labelImages(await collectImages(where, sources, checked), labels, classes);
}

function sourcesOf(where: string, argument: string, sources: Iterable<BrowserImage>) {
  if (typeof (sources as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function') {
    throw wrongKind(where, argument, 'must be a list of pictures', {
      got: sources,
      fix: 'Put one in brackets: [picture].',
    });
  }
  const list = [...sources].map((source, i) => browserSource(where, `${argument}[${i}]`, source));
  if (list.length === 0) {
    throw outOfRange(where, argument, 'must have at least one picture', { seen: 'an empty list' });
  }
  return list;
}
