import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { sigmoid } from '../gradients/elementwise.js';
import { checkNetwork } from '../nets/check-network.js';
import type { ApplyOptions, Network, Part } from '../nets/network.js';
import { applyPart, createPart } from '../nets/part-owning.js';
import { checkExamples, checkFunction, checkShape } from '../tensor/checks.js';
import { madeBy } from '../tensor/made-by.js';
import { calling, checkCopy } from '../tensor/own-members.js';

/** The discriminator of a generative adversarial network, or the critic of a Wasserstein one. */
export interface Discriminator extends Part {
  /**
   * How real the data look, as logits.
   *
   * @param x - float32 `[batch, ...]`, as the network expects it
   * @returns `[batch, 1]`, large for real, small for generated; the caller disposes it
   */
  logits(x: Tensor, options?: ApplyOptions): Tensor;
  /** D(x) = sigmoid(logits), the probability that x is real, for display; losses take logits. `[batch, 1]` */
  probability(x: Tensor, options?: ApplyOptions): Tensor;
}

/**
 * A discriminator, which distinguishes data from a generator's output. Its network outputs one logit per example.
 *
 * D(x) = sigmoid(logits(x))
 *
 * @param network - a network with the output `[batch, 1]`: its last layer has one unit and no activation
 * @returns a discriminator that owns the network: disposing it disposes the network
 * @throws TypeError if `network` is not a network; `logits` and `probability` throw TypeError if x is not
 *   float32, and {@link ShapeError} if the network's output has another shape
 * @example
 * ```ts
 * const network = mlp({ sizes: [2, 64, 64, 1], activation: leakyRelu, random: createRandom(1) });
 * const discriminator = createDiscriminator(network);
 * console.log(discriminator.logits(tf.zeros([3, 2])).shape); // [3, 1]
 * ```
 * @see Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661
 */
export function createDiscriminator(network: Network): Discriminator {
  checkNetwork('createDiscriminator', 'network', network);
  // the last argument, which only `probability` passes, is the name for an error
  const logits = (x: Tensor, options?: ApplyOptions, where = 'logits'): Tensor => {
    checkExamples(where, 'x', x);
    return tf.tidy(() => {
      const output = applyPart(where, network, x, options);
      const fix = 'End the network with a layer of one unit, without an activation.';
      checkShape(where, 'network output', output, [x.shape[0], 1], fix);
      return output;
    });
  };
  const probability: Discriminator['probability'] = (x, options) =>
    tf.tidy(() => sigmoid(logits(x, options, 'probability')));
  const members = { logits, probability: calling({ logits }, probability) };
  return madeBy('createDiscriminator', {}, createPart(network, members));
}

/** Throws unless `discriminator` has `logits`, or if it is a copy whose `probability` is that of another. */
export function checkDiscriminator(where: string, argument: string, discriminator: Discriminator): void {
  checkFunction(where, `${argument}.logits`, discriminator?.logits);
  checkCopy(where, argument, discriminator, 'probability', 'Replace it, too.');
}
