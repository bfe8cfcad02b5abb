import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkFloat, checkInteger, checkShape } from '../tensor/checks.js';
import { outOfRange } from '../tensor/errors.js';
import { readTensor } from '../tensor/lost-backend.js';
import type { Measurement } from './measurement.js';

/**
 * Measures how sharp images are: the variance of the Laplacian, averaged over the images, in squared intensity.
 *
 * grey = mean of the channels; response = up + down + left + right - 4 * centre, where all five pixels are in the image;
 * value = mean over the images of mean((response - mean(response))^2). Blurring and lower contrast lower it; noise raises
 * it: compare it with the value for real images of the same kind and size.
 *
 * @param images - float32 [batch, height, width, 1 or 3] in [0, 1], height and width at least 3.
 * @returns `value` in 0 ... 16, and `protocol`, which describes the measurement.
 * @throws (as a rejection) TypeError if `images` is not a float32 tensor, ShapeError for another shape, RangeError for too few pixels.
 * @example
 * ```ts
 * const pixel = tf.tensor4d([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], [1, 3, 4, 1]);
 * console.log((await sharpness(pixel)).value); // 6.25: the responses are 1 and -4
 * ```
 * @see Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy: a comparative study", ICPR, vol. 3, 314-317
 */
export async function sharpness(images: Tensor): Promise<Measurement> {
  checkFloat('sharpness', 'images', images);
  const channels = images.shape[3] === 3 ? 3 : 1;
  checkShape('sharpness', 'images', images, [null, null, null, channels], 'Its last axis must be 1 or 3 channels.');
  const [batch, height, width] = images.shape as [number, number, number, number];
  checkInteger('sharpness', 'images.shape[0]', batch);
  checkInteger('sharpness', 'images.shape[1]', height, { least: 3 });
  checkInteger('sharpness', 'images.shape[2]', width, { least: 3 });
  const variance = tf.tidy(() => {
    const grey = tf.mean(images, 3);
    const shifted = (y: number, x: number): Tensor => tf.slice(grey, [0, 1 + y, 1 + x], [batch, height - 2, width - 2]);
    const ring = tf.add(tf.add(shifted(-1, 0), shifted(1, 0)), tf.add(shifted(0, -1), shifted(0, 1)));
    const response = tf.sub(ring, tf.mul(shifted(0, 0), 4));
    // Two passes, because the mean of squares minus the square of the mean cancels in float32.
    const spread = tf.square(tf.sub(response, tf.mean(response, [1, 2], true)));
    return tf.mean(tf.mean(spread, [1, 2]));
  });
  try {
    const [value] = await readTensor('sharpness', variance);
    if (!Number.isFinite(value)) throw outOfRange('sharpness', 'images', 'must be finite', { seen: 'NaN or infinity' });
    return { value: value as number, protocol: sharpnessProtocol };
  } finally {
    tf.dispose(variance);
  }
}

const sharpnessProtocol =
  'mean over images of the population variance of the Laplacian [0 1 0; 1 -4 1; 0 1 0] of the mean of the channels, ' +
  'values in [0, 1], border valid';
