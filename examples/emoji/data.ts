import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { readImages, readLabelledImages, readPng, type HostImages } from 'tfjs-generative/node';
import { InputError } from '../shared/input-error.js';

/** Colour pictures of one size, with the class and the motif of each. */
export interface ColourPictures {
  /** Pixels from 0 to 255, shape [n, height, width, 3]. */
  readonly images: { readonly data: Uint8Array; readonly shape: readonly [number, number, number, 3] };
  /** Shape [n]. */
  readonly labels: { readonly data: Int32Array; readonly shape: readonly [number] };
  /** What each picture shows: pictures with the same number are versions of one motif, such as its skin tones. */
  readonly motifs: Int32Array;
  /** The names of the classes. */
  readonly classes: readonly string[];
}

/** A data set in two parts that have no motif in common. */
export interface ColourSet {
  readonly train: ColourPictures;
  readonly heldOut: ColourPictures;
}

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

const folder = fileURLToPath(new URL('../data/emoji', import.meta.url));
/** Pixels of the pictures in the included sheet; the packages also have 64. */
const SHEET_SIZE = 32;
/** The border around each picture of a sheet. */
const BORDER = 1;
/** One of five motifs of each class is held out. */
const ONE_OF = 5;
/** The fewest pictures of which some can be held out, and some measured. */
const FEWEST = 20;
/** The fewest held-out pictures to which a distance can be measured. */
const FEWEST_HELD_OUT = 2;

/** Reads pictures and splits them; throws InputError with one sentence. */
export async function loadPictures(options: DataOptions): Promise<ColourSet> {
  if (options.data !== undefined && options.package !== undefined) {
    throw new InputError('--data and --package exclude each other: each is a whole data set.');
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

/** The motifs of each class are split one to four, in their order, so that both parts have all kinds. */
export function split(pictures: ColourPictures): ColourSet {
  const seen = pictures.classes.map(() => new Set<number>());
  const held = new Set<number>();
  pictures.motifs.forEach((motif, i) => {
    const ofClass = seen[pictures.labels.data[i]!]!;
    if (ofClass.has(motif)) return;
    ofClass.add(motif);
    if (ofClass.size % ONE_OF === 0) held.add(motif);
  });
  const indices = [...pictures.motifs.keys()];
  return {
    train: choose(
      pictures,
      indices.filter((i) => !held.has(pictures.motifs[i]!)),
    ),
    heldOut: choose(
      pictures,
      indices.filter((i) => held.has(pictures.motifs[i]!)),
    ),
  };
}

/**
 * Repeats the pictures of small classes, so that the shares of classes are about proportional to the square roots of their sizes:
 * of the emoji, 60% are people, most of them in six skin tones; of the balanced ones, 30%. With the power 1, all shares are about
 * equal; with 0, they stay as they are.
 */
export function balanced(pictures: ColourPictures, power = 1 / 2): ColourPictures {
  const sizes = pictures.classes.map((_, label) => pictures.labels.data.filter((own) => own === label).length);
  const most = Math.max(...sizes);
  const times = sizes.map((size) => Math.round((most / Math.max(1, size)) ** power));
  const rows = [...pictures.labels.data.keys()];
  return choose(
    pictures,
    rows.flatMap((i) => new Array<number>(times[pictures.labels.data[i]!]!).fill(i)),
  );
}

/** Some pictures of a set. */
export function choose(
  { images, labels, motifs, classes }: ColourPictures,
  indices: readonly number[],
): ColourPictures {
  const [, height, width] = images.shape;
  const size = 3 * height * width;
  const data = new Uint8Array(indices.length * size);
  indices.forEach((from, to) => data.set(images.data.subarray(from * size, (from + 1) * size), to * size));
  return {
    images: { data, shape: [indices.length, height, width, 3] },
    labels: { data: Int32Array.from(indices, (i) => labels.data[i]!), shape: [indices.length] },
    motifs: Int32Array.from(indices, (i) => motifs[i]!),
    classes,
  };
}

/** Pixels in [0, 1], `[n, height, width, 3]`; the caller disposes them. */
export function pixelsOf({ images: { data, shape } }: ColourPictures): tf.Tensor4D {
  return tf.tidy(() => tf.div(tf.tensor4d(Float32Array.from(data), [...shape]), 255));
}

/** What drawings.json says: name, category, motif and the cell of each skin tone. */
interface Drawings {
  readonly categories: readonly string[];
  readonly drawings: readonly (readonly [string, number, number, readonly (readonly [number, number])[]])[];
}

async function readEmoji({ package: source, size, background }: DataOptions): Promise<ColourPictures> {
  const { categories, drawings } = JSON.parse(readFileSync(join(folder, 'drawings.json'), 'utf8')) as Drawings;
  const path = source === undefined ? join(folder, 'sheet.png') : sheetIn(source, size);
  if (source === undefined && size !== SHEET_SIZE) {
    throw new InputError(
      `--size must be ${SHEET_SIZE} for the included emoji; got ${size}. --package takes an npm package that has 64 x 64 too.`,
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
