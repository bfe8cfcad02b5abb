import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { composed } from '../../operations/composed.js';
import { checkNumber } from '../../tensor/checks.js';
import type { Network } from '../network.js';
import { noiseLayer } from './noise-layer.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * Sets a random share of the numbers to zero in training and scales the others up, so that the mean stays the same.
 *
 * output = input * (u >= rate) / (1 - rate), u ~ uniform(0, 1), when `options.training`; output = input otherwise
 *
 * The noise is drawn from `options.random`, so the same seed drops the same numbers. The layer has no variables.
 *
 * @param options - the rate
 * @returns a network
 * @throws RangeError or TypeError if the rate is not in [0, 1); `apply` throws TypeError or
 * ShapeError unless its input is float32 `[batch, ...]`, and TypeError in training without `options.random`
 * @example
 * ```ts
 * const layer = dropout({ rate: 0.5 });
 * layer.apply(tf.ones([2, 3]), { training: true, random: createRandom(1) }); // each number is 0 or 2
 * ```
 * @see https://jmlr.org/papers/v15/srivastava14a.html Srivastava et al. 2014, section 10
 */
export function dropout(options: {
  /** The share of numbers that are set to zero, in [0, 1). */
  readonly rate: number;
}): Network {
  const read = readOptions('dropout', options, { rate: { is: checkNumber, least: 0, below: 1 } });
  const { rate } = read;
  const made = noiseLayer('dropout', rate, (input, random) => {
    const plain = (x: Tensor, uniform: Tensor): Tensor =>
      tf.mul(x, tf.div(tf.cast(tf.greaterEqual(uniform, rate), 'float32'), 1 - rate));
    return composed('Dropout', plain, [input, random.uniform(input.shape)], { rate });
  });
  return madeBy('dropout', read, made);
}
