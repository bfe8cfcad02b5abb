import * as tf from '@tensorflow/tfjs-core';
import { checkNumber } from '../../tensor/checks.js';
import type { Network } from '../network.js';
import { noiseLayer } from './noise-layer.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * Adds normal noise in training; in front of a discriminator, it blurs the difference between reals and fakes.
 *
 * output = input + standardDeviation * noise, noise ~ N(0, 1), when `options.training`; output = input otherwise
 *
 * The noise is drawn from `options.random`, so the same seed adds the same numbers. The layer has no variables.
 *
 * @param options - the standard deviation
 * @returns a network
 * @throws RangeError or TypeError if the standard deviation is not at least 0; `apply` throws TypeError or ShapeError unless
 * its input is float32 `[batch, ...]`, and TypeError in training without `options.random`
 * @example
 * ```ts
 * const layer = gaussianNoise({ standardDeviation: 0.1 });
 * layer.apply(tf.ones([2, 3]), { training: true, random: createRandom(1) }); // each number is near 1
 * ```
 * @see https://arxiv.org/abs/1701.04862 Arjovsky and Bottou 2017, section 3
 */
export function gaussianNoise(options: {
  /** Standard deviation of the noise, at least 0. */
  readonly standardDeviation: number;
}): Network {
  const read = readOptions('gaussianNoise', options, {
    standardDeviation: { is: checkNumber, least: 0 },
  });
  const { standardDeviation } = read;
  const made = noiseLayer('gaussianNoise', standardDeviation, (input, random) =>
    tf.add(input, tf.mul(random.normal(input.shape), standardDeviation)),
  );
  return madeBy('gaussianNoise', read, made);
}
