import * as tf from '@tensorflow/tfjs-core';
import { checkFloat, checkMinimumRank, checkNumber } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { createLayer } from '../layer.js';
import type { Network } from '../network.js';

/** What {@link gaussianNoise} is made of. */
export interface GaussianNoiseOptions {
  /** Of the noise, at least 0. */
  readonly standardDeviation: number;
}

/**
 * Adds normal noise while training: before a discriminator it blurs the difference between reals and fakes.
 *
 * output = input + standardDeviation * noise, noise ~ N(0, 1), when `options.training`; output = input otherwise
 *
 * The noise is drawn from `options.random`, so that the same seed adds the same numbers. It has no variables.
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
export function gaussianNoise({ standardDeviation }: GaussianNoiseOptions): Network {
  const where = 'gaussianNoise';
  checkNumber(where, 'standardDeviation', standardDeviation, { least: 0 });
  return createLayer([], (input, { training, random }) => {
    checkFloat(where, 'input', input);
    checkMinimumRank(where, 'input', input, 2);
    // A copy: the caller may dispose what a layer returns without losing its own input.
    if (training !== true || standardDeviation === 0) return tf.clone(input);
    if (random === undefined) {
      throw wrongKind({
        where,
        argument: 'options.random',
        rule: 'must be a random stream when options.training is true',
        got: random,
        fix: 'Pass { training: true, random: createRandom(seed) } to apply.',
      });
    }
    return tf.tidy(() => tf.add(input, tf.mul(random.normal(input.shape), standardDeviation)));
  });
}
