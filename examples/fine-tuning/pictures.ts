import { readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { readImages, readLabelledImages, type LabelledImages } from 'tfjs-generative/node';
import { examplePath } from '../shared/example-path.js';
import { CLASSES, loadClothes, type Pictures } from '../shared/image-data.js';
import { InputError } from '../shared/input-error.js';
import type { Kind } from './kinds.js';

/** Pictures of each class of clothes in the built-in set. */
const EACH = 10;

/** The names of the classes of clothes. */
export const NAMES = 'T-shirt,trousers,pullover,dress,coat,sandal,shirt,sneaker,bag,boot'.split(',');

/** Reads the pictures of a folder, with a sub-folder for each class if there are several; throws InputError with one sentence. */
export async function readOwn(folder: string, { size, channels }: Kind): Promise<LabelledImages> {
  const options = { size: [size, size], channels, fit: 'contain' } as const;
  const hasFolders = readdirSync(folder, { withFileTypes: true }).some((entry) => entry.isDirectory());
  if (hasFolders) return readLabelledImages(folder, options).catch(rejected);
  const x = await readImages(folder, options).catch(rejected);
  const [count] = x.shape;
  return {
    data: { x, condition: { data: new Int32Array(count), shape: [count] } },
    classes: [basename(resolve(folder))],
  };
}

/** A hundred emoji, drawn by others than those of the trained denoiser. */
export const readEmoji = (kind: Kind): Promise<LabelledImages> => readOwn(examplePath('data/noto-emoji'), kind);

/** A hundred outlines of clothes, ten of each class. */
export async function readOutlines(): Promise<LabelledImages> {
  const { train } = await loadClothes();
  const seen = new Array<number>(CLASSES).fill(0);
  return outlined(
    train,
    [...train.labels.data.keys()].filter((i) => seen[train.labels.data[i]!]!++ < EACH),
  );
}

/** Outlines of some grey pictures: how much each pixel differs from those to its left and above it, in all. */
export function outlined({ images, labels }: Pictures, rows: readonly number[]): LabelledImages {
  const [, height, width] = images.shape;
  const size = height * width;
  const data = Uint8Array.from({ length: rows.length * size }, (_, i) => {
    const at = rows[Math.floor(i / size)]! * size + (i % size);
    const difference = (isBorder: boolean, step: number): number =>
      Math.abs(images.data[at]! - (isBorder ? 0 : images.data[at - step]!));
    return Math.min(255, difference(i % width === 0, 1) + difference(i % size < width, width));
  });
  const own = Int32Array.from(rows, (row) => labels.data[row]!);
  return {
    data: { x: { data, shape: [rows.length, height, width, 1] }, condition: { data: own, shape: [rows.length] } },
    classes: NAMES,
  };
}

function rejected({ message }: Error): never {
  throw new InputError(message);
}
