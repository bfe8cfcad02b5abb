import { open, stat } from 'node:fs/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import { PNG } from 'pngjs';
import { checkFloat, checkInteger } from '../tensor/checks.js';
import { outOfRange, unusable, wrongShape } from '../tensor/errors.js';
import { readTensor } from '../tensor/lost-backend.js';
import { formatOf } from './decode-picture.js';
import { checkOrdinary, checkPath, replaceFile } from './file-store.js';
import { readOptions } from '../tensor/options.js';

/** Options for writing a picture. */
export interface PngOptions {
  /** Each pixel becomes a square with sides of this many pixels; a positive integer; default 1. */
  readonly scale?: number | undefined;
}

/**
 * Encodes an image as the bytes of a PNG file with 8 bits per channel.
 *
 * byte = round(255 * min(1, max(0, value))); with `scale` every pixel becomes a square, so that small images are easy to
 * see.
 *
 * @param image - float32 [height, width], [height, width, 1] or [height, width, 3]; values in [0, 1], others are clipped.
 * @param options - `scale`, a positive integer.
 * @returns the bytes of the file: grey for one channel, RGB for three; without alpha.
 * @throws (as a rejection) TypeError if `image` is not a float32 tensor, ShapeError for another shape, RangeError
 * for an invalid `scale`, no pixels or a NaN.
 * @example
 * ```ts
 * const bytes = await encodePng(tf.tensor2d([[0, 0.5], [0.5, 1]]), { scale: 8 });
 * console.log(bytes[1], bytes[2], bytes[3]); // 80 78 71, "PNG"
 * ```
 * @see https://www.w3.org/TR/png-3/
 */
export async function encodePng(image: Tensor, options: PngOptions = {}): Promise<Uint8Array> {
  return encode('encodePng', image, options);
}

/**
 * Writes an image to a PNG file, completely or not at all, and creates the folders above it.
 *
 * @param path - the file; an existing PNG file is replaced, any other existing file is left alone.
 * @param image - float32 [height, width], [height, width, 1] or [height, width, 3]; values in [0, 1], others are clipped.
 * @param options - `scale`, a positive integer: each pixel becomes a square with sides of this many pixels.
 * @returns a promise that resolves when the file has its name.
 * @throws (as a rejection) the errors of {@link encodePng}, before anything is written, and Error if the file cannot be written
 * or is not a picture.
 * @example
 * ```ts
 * await writePng('out/samples.png', imageGrid(decoder.mean(z), { columns: 8, gap: 2 }), { scale: 3 });
 * ```
 * @see https://www.w3.org/TR/png-3/
 */
export async function writePng(path: string, image: Tensor, options: PngOptions = {}): Promise<void> {
  checkPath('writePng', path);
  const bytes = await encode('writePng', image, options);
  await checkReplaceable(path);
  await replaceFile('writePng', path, bytes);
}

/** Throws if the path is an existing file that is neither empty nor a PNG, and was probably named by mistake. */
async function checkReplaceable(path: string): Promise<void> {
  // a missing file may be written; for one that cannot be read, writing reports the problem
  const beginning = await beginningOf(path).catch(() => new Uint8Array());
  if (beginning.length === 0 || formatOf(beginning) === 'PNG') return;
  const fix = 'Remove that file, or choose another path.';
  throw unusable('writePng', 'path', 'must be a new file, or a PNG file to replace', { seen: path, fix });
}

async function beginningOf(path: string): Promise<Uint8Array> {
  checkOrdinary(await stat(path));
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(16), 0, 16);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Numbers above this one are bytes: samples, which are clipped, do not go so far beyond 1. */
const BYTES = 8;

/** The largest number of numbers of a picture. */
const MAX_SIZE = 2 ** 28;

async function encode(where: string, image: Tensor, options: PngOptions): Promise<Uint8Array> {
  checkFloat(where, 'image', image);
  const { scale } = readOptions(where, options, { scale: { is: checkInteger, default: 1 } });
  const channels = image.rank === 2 ? 1 : image.shape[2];
  if ((image.rank !== 2 && image.rank !== 3) || (channels !== 1 && channels !== 3)) {
    const fix = 'Pass one image, grey or RGB: take one from a batch, or join a batch with imageGrid.';
    throw wrongShape(where, 'image', [null, null, 3], image.shape, fix);
  }
  const [height, width] = image.shape as [number, number];
  checkInteger(where, 'image.shape[0]', height);
  checkInteger(where, 'image.shape[1]', width);
  const size = height * width * channels * scale ** 2;
  if (size > MAX_SIZE) {
    throw outOfRange(where, 'scale', `must leave a picture of at most ${MAX_SIZE} numbers`, { seen: `${scale}` });
  }
  const values = await readTensor(where, image);
  const pixels = Buffer.alloc(size);
  let position = 0;
  for (let row = 0; row < height * scale; row++) {
    const line = Math.floor(row / scale) * width;
    for (let column = 0; column < width * scale; column++) {
      const first = (line + Math.floor(column / scale)) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const value = values[first + channel] as number;
        if (Number.isNaN(value))
          throw outOfRange(where, 'image', 'must not contain NaN', {
            got: value,
            fix: 'The model that made it has diverged.',
          });
        if (value > BYTES) {
          throw outOfRange(where, 'image', 'must have numbers from 0 to 1', {
            got: value,
            fix: 'Divide bytes by 255.',
          });
        }
        pixels[position++] = Math.round(255 * Math.min(1, Math.max(0, value)));
      }
    }
  }
  const picture = new PNG({ width: width * scale, height: height * scale });
  picture.data = pixels;
  const colorType = channels === 1 ? 0 : 2;
  const file = PNG.sync.write(picture, { colorType, inputColorType: colorType, inputHasAlpha: false });
  return new Uint8Array(file);
}
