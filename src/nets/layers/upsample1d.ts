import * as tf from '@tensorflow/tfjs-core';
import type { Tensor3D } from '@tensorflow/tfjs-core';
import { checkInteger, checkSequences } from '../../tensor/checks.js';
import { createLayer } from '../layer.js';
import type { Network } from '../network.js';
import { repeatRows } from './repeat-rows.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * Makes sequences longer by repeating each step, from `[batch, steps, channels]` to `[batch, factor * steps, channels]`.
 *
 * output[b, i, c] = input[b, floor(i / factor), c]
 *
 * The layer has no variables.
 *
 * @param options - the factor
 * @returns a network
 * @throws RangeError or TypeError if the factor is not a positive integer; `apply` throws TypeError or ShapeError unless
 * its input is float32 of rank 3
 * @example
 * ```ts
 * upsample1d({ factor: 2 }).apply(tf.zeros([5, 7, 16])).shape; // [5, 14, 16]
 * ```
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Upsample.html
 */
export function upsample1d(
  options: {
    /** How many times longer the output is; default 2. */
    readonly factor?: number | undefined;
  } = {},
): Network {
  const read = readOptions('upsample1d', options, { factor: { is: checkInteger, default: 2, most: 2 ** 16 } });
  const { factor } = read;
  const made = createLayer([], (input) => {
    checkSequences('upsample1d', 'input', input);
    const [batch, steps, channels] = (input as Tensor3D).shape;
    return tf.tidy(() =>
      tf.reshape(repeatRows(input, batch * steps, channels, factor), [batch, factor * steps, channels]),
    );
  });
  return madeBy('upsample1d', read, made);
}
