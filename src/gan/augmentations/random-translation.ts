import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { stopGradient } from '../../gradients/stop-gradient.js';
import { checkNumber } from '../../tensor/checks.js';
import { readImages, type Augmentation } from './augmentation.js';
import { oneHot } from '../../tensor/one-hot.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * Shifts each image by whole pixels, up or down and left or right, and fills the gap with 0.
 *
 * out[i, j] = image[i - down, j - right]; down and right are integers in [-most, most], all equally likely, with
 * most = floor(fraction * size + 1/2)
 *
 * It draws `integers([batch, 1])` twice: down, then right.
 *
 * @param options - the largest shift
 * @returns an {@link Augmentation} of float32 `[batch, height, width, channels]`; it throws TypeError or {@link ShapeError} for
 *   anything else
 * @throws TypeError or RangeError if `fraction` is not in [0, 1]
 * @example
 * ```ts
 * const moved = randomTranslation()(tf.ones([1, 8, 8, 1]), createRandom(2)); // by at most one pixel in each direction
 * console.log(moved.shape); // [1, 8, 8, 1]
 * ```
 * @see Zhao et al. 2020, section 4, https://arxiv.org/abs/2006.10738
 */
export function randomTranslation(
  options: {
    /** The largest shift as a fraction of the image's height and width, in [0, 1]; default 1/8. */
    readonly fraction?: number | undefined;
  } = {},
): Augmentation {
  const where = 'randomTranslation';
  const read = readOptions(where, options, {
    fraction: { is: checkNumber, default: 1 / 8, least: 0, most: 1 },
  });
  const { fraction } = read;
  return madeBy(where, read, (images, random) => {
    const { batch, height, width, channels } = readImages(where, images, random);
    const draw = (size: number): Tensor => {
      const most = Math.floor(fraction * size + 0.5);
      return random.integers([batch, 1], -most, most + 1);
    };
    // Products with matrices of zeros and ones are fast on every backend, and their gradients are products again; the
    // gradient of tf.gather adds rows one by one. Each line's pixels and channels form one row, so the channels need no axis.
    return tf.tidy(() => {
      const rows = stopGradient(() => shifts(draw(height), height, 1));
      const columns = stopGradient(() => shifts(draw(width), width * channels, channels));
      const lines = tf.reshape(images, [batch, height, width * channels]);
      const moved = tf.matMul(tf.matMul(rows, lines), columns, false, true);
      return tf.reshape(moved, images.shape);
    });
  });
}

/** Matrices `[batch, size, size]` that shift by `stride * shift`: 1 at [i, i - stride * shift] where that is inside. */
function shifts(shift: Tensor, size: number, stride: number): Tensor {
  const from = tf.sub(tf.range(0, size, 1, 'int32'), stride === 1 ? shift : tf.mul(shift, tf.scalar(stride, 'int32')));
  return oneHot(from, size);
}
