import * as tf from '@tensorflow/tfjs-core';
import { checkResult, checkSameShape } from '../../tensor/checks.js';
import { checkNetwork } from '../check-network.js';
import { joinNetworks } from '../layer.js';
import type { Network } from '../network.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * Adds the output of a network to its input, so that a deep network starts near the identity and gradients can bypass it.
 *
 * output = shortcut(input) + body(input); without a shortcut, output = input + body(input)
 *
 * @param body - a network whose output has the shape of its input, or of the shortcut's output
 * @param shortcut - needed if the shapes differ: a 1x1 convolution, for example
 * @returns a network that owns both: variables of `body` first, then those of the shortcut
 * @throws TypeError if an argument is not a network; `apply` throws ShapeError unless both outputs have the same shape
 * @example
 * ```ts
 * const block = residual(dense({ inputs: 3, units: 3, activation: swish, random: createRandom(1) }));
 * block.apply(tf.zeros([5, 3])).shape; // [5, 3]
 * ```
 * @see https://arxiv.org/abs/1512.03385 He et al. 2016
 */
export function residual(body: Network, shortcut?: Network): Network {
  const where = 'residual';
  checkNetwork(where, 'body', body);
  if (shortcut !== undefined) checkNetwork(where, 'shortcut', shortcut);
  const made = joinNetworks(shortcut === undefined ? [body] : [body, shortcut], (input, options) => {
    const added = body.apply(input, options);
    const past = shortcut === undefined ? input : shortcut.apply(input, options);
    checkResult(where, 'body.apply(input)', added);
    checkSameShape(where, 'body.apply(input)', added, shortcut === undefined ? 'input' : 'shortcut.apply(input)', past);
    return tf.add(past, added);
  });
  return madeBy('residual', {}, made);
}
