import * as tf from '@tensorflow/tfjs-core';
import { checkSameShape } from '../../tensor/checks.js';
import { checkNetwork } from '../check-network.js';
import { joinNetworks } from '../layer.js';
import type { Network } from '../network.js';

/**
 * Adds what a network gives to its input, so that a deep network begins near the identity and gradients pass it by.
 *
 * output = shortcut(input) + body(input); without a shortcut, output = input + body(input)
 *
 * @param body - gives the shape of its input, or that of the shortcut
 * @param shortcut - where the shapes differ: a 1x1 convolution, for example
 * @returns a network that owns both: variables of `body` first, then those of the shortcut
 * @throws TypeError if one is no network; `apply` throws ShapeError unless both give the same shape
 * @example
 * ```ts
 * const block = residual(dense({ inputs: 3, units: 3, activation: swish, random: createRandom(1) }));
 * block.apply(tf.zeros([5, 3])).shape; // [5, 3]
 * ```
 * @see https://arxiv.org/abs/1512.03385 He et al. 2016
 */
export function residual(body: Network, shortcut?: Network): Network {
  const where = 'residual';
  checkNetwork(where, body, 'body');
  if (shortcut !== undefined) checkNetwork(where, shortcut, 'shortcut');
  return joinNetworks(shortcut === undefined ? [body] : [body, shortcut], (input, options) => {
    const added = body.apply(input, options);
    const past = shortcut === undefined ? input : shortcut.apply(input, options);
    checkSameShape(where, 'body.apply(input)', added, shortcut === undefined ? 'input' : 'shortcut.apply(input)', past);
    return tf.add(past, added);
  });
}
