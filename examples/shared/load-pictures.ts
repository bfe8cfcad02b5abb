import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { readImages, readLabelledImages, readPng, type HostImages } from 'tfjs-generative/node';
import { ONE_OF, split, type ColourPictures, type ColourSet } from './colour-pictures.js';
import { examplePath } from './example-path.js';
import { InputError } from './input-error.js';

/** Where pictures are, and how they are read. */
export interface DataOptions {
  /** A folder with a sub-folder of PNG and JPEG files for each class, or with files of one class; by default the included emoji. */
  readonly data?: string | undefined;
  /** An unpacked npm package of emoji, in place of the included sheet. */
  readonly package?: string | undefined;
  /** Height and width of the pictures. */
  readonly size: number;
  /** The colour under transparent pixels, and around pictures that are not square: red, green and blue in [0, 1]. */
  readonly background: readonly [number, number, number];
}

const folder = examplePath('data/emoji');
/** Pixels of the pictures in the included sheet; the packages also have 64. */
const SHEET_SIZE = 32;
/** The border around each picture of a sheet. */
const BORDER = 1;
/** The fewest pictures of which some can be held out, and some measured. */
const FEWEST = 20;
/** The fewest held-out pictures to which a distance can be measured. */
const FEWEST_HELD_OUT = 2;

/** Reads pictures and splits them; throws InputError with one sentence. */
export async function loadPictures(options: DataOptions): Promise<ColourSet> {
  if (options.data !== undefined && options.package !== undefined) {
    throw new InputError('give --data or --package, not both: each is a whole data set.');
  }
  const pictures = options.data === undefined ? await readEmoji(options) : await readFolder(options.data, options);
  const [count] = pictures.images.shape;
  if (count < FEWEST) {
    throw new InputError(
      `--data has ${count} ${count === 1 ? 'picture' : 'pictures'}; at least ${FEWEST} are needed, of which a fifth is held out.`,
    );
  }
  const set = split(pictures);
  if (new Set(set.heldOut.motifs).size >= FEWEST_HELD_OUT) return set;
  throw new InputError(
    `--data needs a class of at least ${2 * ONE_OF} different pictures, or two classes of at least ${ONE_OF}, of which two are held out.`,
  );
}

/** What drawings.json says: name, category, motif and the cell of each skin tone. */
interface Drawings {
  readonly categories: readonly string[];
  readonly drawings: readonly (readonly [string, number, number, readonly (readonly [number, number])[]])[];
}

/** All emoji: those of the included sheet or of a package. */
export async function readEmoji({
  package: source,
  size,
  background,
}: Omit<DataOptions, 'data'>): Promise<ColourPictures> {
  const { categories, drawings } = JSON.parse(readFileSync(join(folder, 'drawings.json'), 'utf8')) as Drawings;
  const path = source === undefined ? join(folder, 'sheet.png') : sheetIn(source, size);
  if (source === undefined && size !== SHEET_SIZE) {
    throw new InputError(
      `--size must be ${SHEET_SIZE} for the included emoji; got ${size}. For 64 x 64, pass an npm package with --package.`,
    );
  }
  const sheet = await readPng(path, { channels: 3, background }).catch(rejected);
  const [, height, width] = sheet.shape;
  const cell = size + 2 * BORDER;
  const rows = drawings.flatMap(([, category, motif, cells]) => cells.map((at) => ({ category, motif, at })));
  const data = new Uint8Array(rows.length * size * size * 3);
  rows.forEach(({ at: [column, row] }, i) => {
    const [left, top] = [column * cell + BORDER, row * cell + BORDER];
    if (left + size > width || top + size > height)
      throw new InputError(`${path}: ${width} x ${height} pixels are too few.`);
    for (let y = 0; y < size; y++) {
      const from = 3 * ((top + y) * width + left);
      data.set(sheet.data.subarray(from, from + 3 * size), 3 * size * (i * size + y));
    }
  });
  return {
    images: { data, shape: [rows.length, size, size, 3] },
    labels: { data: Int32Array.from(rows, ({ category }) => category), shape: [rows.length] },
    motifs: Int32Array.from(rows, ({ motif }) => motif),
    classes: categories,
  };
}

/** The sheet of a package such as emoji-datasource-twitter. */
function sheetIn(source: string, size: number): string {
  const styles = existsSync(join(source, 'img')) ? readdirSync(join(source, 'img')) : [];
  const path = styles
    .map((style) => join(source, 'img', style, 'sheets-256', `${size}.png`))
    .find((one) => existsSync(one));
  if (path !== undefined) return path;
  throw new InputError(`--package ${source}: there is no sheet img/STYLE/sheets-256/${size}.png.`);
}

async function readFolder(data: string, { size, background }: DataOptions): Promise<ColourPictures> {
  const options = { size: [size, size], channels: 3, fit: 'contain', background } as const;
  if (!hasFolders(data)) {
    const x = await readImages(data, options).catch(rejected);
    return byPixels(x, new Int32Array(x.shape[0]), [basename(resolve(data))]);
  }
  const read = await readLabelledImages(data, options).catch(rejected);
  return byPixels(read.data.x, read.data.condition.data, read.classes);
}

/** True also of what is no folder: it is the reader that says so. */
function hasFolders(data: string): boolean {
  if (!existsSync(data) || !statSync(data).isDirectory()) return true;
  return readdirSync(data).some((name) => !name.startsWith('.') && isFolder(join(data, name)));
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Pictures with the same pixels are one motif. */
function byPixels(x: HostImages, labels: Int32Array, classes: readonly string[]): ColourPictures {
  const [count, height, width] = x.shape;
  const size = 3 * height * width;
  const seen = new Map<string, number>();
  const motifs = Int32Array.from({ length: count }, (_, i) => {
    const pixels = Buffer.from(x.data.subarray(i * size, (i + 1) * size)).toString('latin1');
    if (!seen.has(pixels)) seen.set(pixels, seen.size);
    return seen.get(pixels)!;
  });
  return {
    images: { data: x.data, shape: [count, height, width, 3] },
    labels: { data: labels, shape: [count] },
    motifs,
    classes,
  };
}

function rejected({ message }: Error): never {
  throw new InputError(message);
}
