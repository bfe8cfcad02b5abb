import { join } from 'node:path';
import { checkOptions } from '../images/check-options.js';
import { collectImages, type ImageSource } from '../images/collect-images.js';
import type { HostImages, ImageOptions, LabelledImages } from '../images/host-images.js';
import { labelImages, orderClasses } from '../images/label-images.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { checkPath } from './file-store.js';
import { listFolder } from './list-folder.js';
import { pictureFile } from './read-picture.js';

const FORMATS = ['PNG', 'JPEG'] as const;

/**
 * Reads a PNG file of any kind: grey, colour or palette, with or without alpha, with 1 to 16 bits per channel, interlaced or not.
 *
 * @param path - the file
 * @param options - see {@link ImageOptions}; by default the picture keeps its size, and transparent pixels are laid over white
 * @returns resolves to host data `[1, height, width, channels]`, bytes from 0 to 255
 * @throws (as a rejection) TypeError or RangeError for wrong options, Error that names the file if it cannot be read, is empty,
 *   damaged or not a PNG; `signal.reason` once the signal is aborted
 * @remarks 16 bits are rounded to 8. Colour profiles and gamma are ignored, as in Pillow: the bytes are those in the file.
 * @example
 * ```ts
 * await writePng('out/dot.png', tf.tensor2d([[0, 0.2], [0.4, 1]]));
 * const { data, shape } = await readPng('out/dot.png');
 * console.log(shape, data); // [1, 2, 2, 1] [0, 51, 102, 255]
 * ```
 * @see https://www.w3.org/TR/png-3/
 */
export async function readPng(path: string, options: ImageOptions = {}): Promise<HostImages> {
  checkPath('readPng', path);
  const checked = checkOptions('readPng', options);
  const rule = { where: 'readPng', argument: 'path', formats: ['PNG'] } as const;
  return collectImages('readPng', [pictureFile(rule, path)], checked);
}

/**
 * Reads the PNG and JPEG files of a folder, ordered by name, and converts them to one size.
 *
 * Numbers in names count by value: `2.png` comes before `10.png`. Hidden files, sub-folders and files with other endings
 * are ignored; a picture in a format that cannot be read, such as WebP, is an error. A list of paths is read in its own order.
 *
 * A side that shrinks is averaged over areas, one that grows is interpolated linearly, using the values in the file. Grey is
 * 0.299 R + 0.587 G + 0.114 B. The bytes are the same on every machine; `imagesFrom` from `tfjs-generative/browser` does the same
 * in a page.
 *
 * @param source - a folder, or the paths of files
 * @param options - see {@link ImageOptions}
 * @returns resolves to host data `[n, height, width, channels]`, bytes from 0 to 255; `batches` takes them and divides by 255
 * @throws (as a rejection) TypeError or RangeError for wrong options, or if pictures differ in size and `size` is not given; Error
 *   that names the folder or file if it is missing, empty, damaged or not a picture; `signal.reason` once the signal is aborted
 * @remarks Besides the result, one file is in memory at a time. A photograph is turned as its Exif orientation says. Colour profiles
 * and gamma are ignored, as in Pillow.
 * @example
 * ```ts
 * const pictures = await readImages('pictures/cat', { size: [32, 32] });
 * console.log(pictures.shape); // [6, 32, 32, 3]
 * const source = batches(pictures, { batchSize: 2 });
 * ```
 * @see https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters, whose `BOX` is the same average
 */
export async function readImages(source: string | readonly string[], options: ImageOptions = {}): Promise<HostImages> {
  const where = 'readImages';
  checkSource(source);
  const checked = checkOptions(where, options);
  const rule = { where, argument: 'source', formats: FORMATS };
  const sources = (await pathsOf(source)).map((path) => pictureFile(rule, path));
  return collectImages(where, sources, checked);
}

/**
 * Reads a folder whose sub-folders are classes, the convention of torchvision's `ImageFolder`: `pictures/cat/1.png`.
 *
 * Classes are numbered in the order of their names, where numbers count by value (`2` comes before `10`). The files of each class
 * are read as by {@link readImages}; files next to the sub-folders, and folders inside them, are ignored.
 *
 * @param folder - the folder above the classes
 * @param options - see {@link ImageOptions}
 * @returns resolves to `{ data, classes }`: `data` has the pictures `x`, `[n, height, width, channels]`, and the labels `condition`, `[n]`,
 *   as `batches` takes them; `classes` has the names
 * @throws (as a rejection) what {@link readImages} throws, and Error if there is no sub-folder, or a sub-folder without pictures
 * @example
 * ```ts
 * const { data, classes } = await readLabelledImages('pictures', { size: [32, 32] });
 * console.log(classes.join(), data.condition.data); // cat,dog [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
 * const source = batches(data, { batchSize: 4 });
 * ```
 * @see https://docs.pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html
 */
export async function readLabelledImages(folder: string, options: ImageOptions = {}): Promise<LabelledImages> {
  const where = 'readLabelledImages';
  if (typeof folder !== 'string' || folder === '')
    throw wrongKind(where, 'folder', 'must be the path of a folder', { got: folder });
  const checked = checkOptions(where, options);
  const rule = { where, argument: 'folder', formats: FORMATS };
  const { folders } = await listFolder(where, 'folder', folder);
  if (folders.length === 0) {
    const fix = 'readImages reads pictures without classes.';
    throw unusable(where, 'folder', 'must have a sub-folder for each class', { seen: `${folder} without any`, fix });
  }
  const groups: [string, ImageSource[]][] = [];
  for (const name of folders) {
    const { pictures } = await listFolder(where, 'folder', join(folder, name));
    if (pictures.length === 0) {
      throw unusable(where, 'folder', 'must have PNG or JPEG files in each sub-folder', {
        seen: `${join(folder, name)} without any`,
      });
    }
    groups.push([name, pictures.map((path) => pictureFile(rule, path))]);
  }
  const { classes, sources, labels } = orderClasses(groups);
  return labelImages(await collectImages(where, sources, checked), labels, classes);
}

async function pathsOf(source: string | readonly string[]): Promise<readonly string[]> {
  const [where, argument] = ['readImages', 'source'];
  if (typeof source !== 'string') {
    if (source.length === 0) throw unusable(where, argument, 'must have at least one path', { seen: 'an empty list' });
    return source;
  }
  const { pictures, folders } = await listFolder(where, argument, source);
  if (pictures.length > 0) return pictures;
  const fix =
    folders.length === 0 ? '' : `It has folders, such as ${folders[0]}: readLabelledImages takes each as a class.`;
  throw unusable(where, argument, 'must have PNG or JPEG files', { seen: `${source} without any`, fix });
}

function checkSource(source: unknown): asserts source is string | readonly string[] {
  const paths: unknown[] = Array.isArray(source) ? source : [source];
  const wrong = paths.findIndex((path) => typeof path !== 'string' || path === '');
  if (wrong < 0) return;
  const argument = Array.isArray(source) ? `source[${wrong}]` : 'source';
  const rule = Array.isArray(source)
    ? 'must be the path of a file'
    : 'must be the path of a folder, or a list of paths';
  const seen = paths[wrong] === '' ? 'an empty string' : undefined;
  throw wrongKind('readImages', argument, rule, { got: paths[wrong], seen });
}
