import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { examplePath } from './example-path.js';
import { readIdx, type IdxFile } from './idx.js';
import { InputError } from './input-error.js';

/** Classes of Fashion-MNIST. */
export const CLASSES = 10;

/** Images of one size, and the class label of each. */
export interface Pictures {
  /** Pixels from 0 to 255, shape [n, height, width, channels]. */
  readonly images: { readonly data: Uint8Array; readonly shape: readonly [number, number, number, number] };
  /** Shape [n]. */
  readonly labels: { readonly data: Int32Array; readonly shape: readonly [number] };
}

/** Grey images of one size, and the class label of each. */
export interface LabelledImages extends Pictures {
  /** Pixels from 0 to 255, shape [n, height, width, 1]. */
  readonly images: { readonly data: Uint8Array; readonly shape: readonly [number, number, number, 1] };
}

/** The two parts of a data set. */
export interface ImageSet {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** Reads a data set as {@link loadImages} does; throws InputError unless its images have the 28 x 28 pixels of Fashion-MNIST. */
export async function loadClothes(folder?: string): Promise<ImageSet> {
  const set = await loadImages(folder);
  const [, height, width] = set.train.images.shape;
  if (height !== 28 || width !== 28) {
    throw new InputError(`--data must have images of 28 x 28; got ${height} x ${width}.`);
  }
  return set;
}

/** The included subset of Fashion-MNIST. */
export const fashionMnist = examplePath('data/fashion-mnist');

/**
 * Reads a data set in the four files of MNIST, each gzipped or plain: `train-images-idx3-ubyte`,
 * `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`.
 *
 * @param folder - where the files are; by default the included subset.
 * @throws InputError with one sentence that names the file that is missing or wrong.
 */
export async function loadImages(folder: string = fashionMnist): Promise<ImageSet> {
  // in sequence, so that the same folder always gives the same error
  const train = await loadPart(folder, 'train');
  const test = await loadPart(folder, 't10k');
  const [, height, width] = train.images.shape;
  if (test.images.shape[1] !== height || test.images.shape[2] !== width) {
    throw new InputError(
      `${folder}: the training images are ${height} x ${width}, but the test images have another size.`,
    );
  }
  return { train, test };
}

async function loadPart(folder: string, part: 'train' | 't10k'): Promise<LabelledImages> {
  const images = await loadIdx(folder, `${part}-images-idx3-ubyte`, 3);
  const labels = await loadIdx(folder, `${part}-labels-idx1-ubyte`, 1);
  const [count, height, width] = images.shape as [number, number, number];
  if (count === 0) throw new InputError(`${folder}: ${part}-images-idx3-ubyte has no images.`);
  if (labels.shape[0] !== count) {
    throw new InputError(`${folder}: ${count} ${part} images and ${labels.shape[0]} labels do not match.`);
  }
  return {
    images: { data: images.data, shape: [count, height, width, 1] },
    labels: { data: Int32Array.from(labels.data), shape: [count] },
  };
}

async function loadIdx(folder: string, name: string, axes: number): Promise<IdxFile> {
  const path = [join(folder, `${name}.gz`), join(folder, name)].find((candidate) => existsSync(candidate));
  if (path === undefined) throw new InputError(`${folder}: the file ${name}.gz or ${name} is missing.`);
  return readIdx(path, await readFile(path), axes);
}

/** One of twelve training images is held out: 5,000 of the 60,000 of Fashion-MNIST. */
const ONE_OF = 12;

/**
 * Splits training images: the last twelfth is held out, for making choices. If choices were made on test images, they would partly be the
 * best for these by chance, and measures on them would no longer represent new data.
 */
export function holdOut({ images, labels }: LabelledImages): { rest: LabelledImages; heldOut: LabelledImages } {
  const [count, height, width] = images.shape;
  const kept = count - Math.max(1, Math.floor(count / ONE_OF));
  const part = (from: number, to: number): LabelledImages => ({
    images: {
      data: images.data.subarray(from * height * width, to * height * width),
      shape: [to - from, height, width, 1],
    },
    labels: { data: labels.data.subarray(from, to), shape: [to - from] },
  });
  return { rest: part(0, kept), heldOut: part(kept, count) };
}
