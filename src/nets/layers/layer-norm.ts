import type { Tensor } from '@tensorflow/tfjs-core';
import type { Activation, Network } from '../network.js';
import { normOfEachExample, normRules } from './norm-of-each-example.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy, named } from '../../tensor/made-by.js';

/** What {@link layerNorm} is made of. */
export interface LayerNormOptions {
  /** Numbers on the last axis. */
  readonly inputs: number;
  /** Applied to each output; none by default. */
  readonly activation?: Activation | undefined;
  /** Added to the variance, above 0; default 1e-5. */
  readonly epsilon?: number | undefined;
}

/**
 * Layer normalisation of `[batch, ..., inputs]`: each vector on the last axis by itself.
 *
 * output = activation(scale * (input - mean) / sqrt(variance + epsilon) + offset), with the mean and biased variance over the last axis
 *
 * Variables: scale `[inputs]`, ones, and offset `[inputs]`, zeros.
 *
 * @param options - the size, the activation and epsilon
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if a number is out of range; `apply` throws ShapeError or TypeError unless its input is
 * float32 `[batch, ..., inputs]`
 * @remarks The default epsilon is PyTorch's; in Keras it is 1e-3. On images this takes the statistics over the channels
 * at each position, as transformers do; for statistics over positions and channels use `groupNorm({ inputs, groups: 1 })`.
 * @example
 * ```ts
 * const values = await layerNorm({ inputs: 2 }).apply(tf.tensor2d([[3, 5]])).data(); // -1.0, 1.0
 * ```
 * @see https://arxiv.org/abs/1607.06450 Ba, Kiros and Hinton 2016
 */
export const layerNorm = /* @__PURE__ */ named('layerNorm', function layerNorm(options: LayerNormOptions): Network {
  const read = readOptions('layerNorm', options, normRules);
  const places = { examples: ({ size }: Tensor): number => size / read.inputs, groups: 1 };
  return madeBy('layerNorm', read, normOfEachExample('layerNorm', read, places));
});
