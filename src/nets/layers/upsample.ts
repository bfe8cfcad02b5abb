import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { checkImages, checkInteger } from '../../tensor/checks.js';
import { createLayer } from '../layer.js';
import type { Network } from '../network.js';
import { repeatRows } from './repeat-rows.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * Makes images larger by repeating each pixel, from `[batch, height, width, channels]` to
 * `[batch, factor * height, factor * width, channels]`.
 *
 * output[b, i, j, c] = input[b, floor(i / factor), floor(j / factor), c]
 *
 * The layer has no variables. Unlike `tf.image.resizeNearestNeighbor`, it has a second derivative.
 *
 * @param options - the factor
 * @returns a network
 * @throws RangeError or TypeError if the factor is not a positive integer; `apply` throws TypeError or ShapeError unless
 * its input is float32 of rank 4
 * @example
 * ```ts
 * upsample({ factor: 2 }).apply(tf.zeros([5, 7, 7, 16])).shape; // [5, 14, 14, 16]
 * ```
 * @see https://distill.pub/2016/deconv-checkerboard/ Odena, Dumoulin and Olah 2016, on upsampling followed by a convolution
 */
export function upsample(
  options: {
    /** How many times higher and wider the output is; default 2. */
    readonly factor?: number | undefined;
  } = {},
): Network {
  const read = readOptions('upsample', options, { factor: { is: checkInteger, default: 2, most: 2 ** 16 } });
  const { factor } = read;
  const made = createLayer([], (input) => {
    checkImages('upsample', 'input', input);
    const [batch, height, width, channels] = (input as Tensor4D).shape;
    return tf.tidy(() => {
      const wide = repeatRows(input, batch * height * width, channels, factor);
      const large = repeatRows(wide, batch * height, factor * width * channels, factor);
      return tf.reshape(large, [batch, factor * height, factor * width, channels]);
    });
  });
  return madeBy('upsample', read, made);
}
