import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from '../random/stream.js';
import { checkInteger } from '../tensor/checks.js';
import { outOfRange } from '../tensor/errors.js';
import { madeBy } from '../tensor/made-by.js';
import { readOptions } from '../tensor/options.js';
import type { Batch } from '../training/data/batch.js';
import { changedBatch } from './changed-batch.js';
import { pixelsOf, readPixels } from './read-places.js';

/** Options of {@link randomCrop}. */
export interface RandomCropOptions {
  /** Rows to keep, at least 1. */
  readonly height: number;
  /** Columns to keep, at least 1. */
  readonly width: number;
}

/**
 * Cuts a rectangle of one size from each picture of a batch, at a random place of its own.
 *
 * out[i, j] = picture[top + i, left + j]; all places at which the rectangle is inside the picture are equally likely
 *
 * It draws `integers([batch, 1])` twice: top, then left.
 *
 * @param options - see {@link RandomCropOptions}
 * @returns a `transform` for `batches`: from a batch of pictures, float32 `[batch, height, width, channels]` or `{ x, condition }`, to one of pictures
 *   of the smaller size. It throws TypeError or `ShapeError` for other batches, and RangeError if a picture is too small. The caller disposes the pictures
 * @throws TypeError or RangeError if a size is not a positive integer
 * @example
 * ```ts
 * const source = batches(images, { batchSize: 8, transform: randomCrop({ height: 6, width: 6 }) });
 * for await (const x of source) { console.log(x.shape); break; } // [8, 6, 6, 1]
 * ```
 */
export function randomCrop(options: RandomCropOptions): <B extends Batch>(batch: B, random: RandomStream) => B {
  const where = 'randomCrop';
  const read = readOptions(where, options, { height: checkInteger, width: checkInteger });
  const { height, width } = read;
  return madeBy(where, read, <B extends Batch>(batch: B, random: RandomStream): B =>
    tf.tidy(() =>
      changedBatch(where, batch, random, (images) => {
        const [count, rows, columns, channels] = images.shape as [number, number, number, number];
        if (rows < height || columns < width) {
          const seen = `pictures of ${rows} x ${columns}`;
          throw outOfRange(where, 'batch', `must hold pictures of at least ${height} x ${width}`, { seen });
        }
        const top = random.integers([count, 1], 0, rows - height + 1);
        const left = random.integers([count, 1], 0, columns - width + 1);
        const [row, column] = pixelsOf(height, width);
        return tf.reshape(readPixels(images, tf.add(top, row), tf.add(left, column)), [count, height, width, channels]);
      }),
    ),
  );
}
