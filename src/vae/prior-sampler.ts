import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { readLatents, sourceFrom } from '../distributions/latent-source.js';
import type { LatentPrior } from '../distributions/index.js';
import { checkConditionRead } from '../nets/classes-of.js';
import type { ApplyOptions } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { checkFunction } from '../tensor/checks.js';
import { renameErrors } from '../tensor/rename-errors.js';
import type { Decoder } from './decoder.js';

/** Makes new data with a decoder, from latents of the prior. It owns nothing: dispose the decoder instead. */
export interface PriorSampler {
  /** Length of a latent vector. */
  readonly latentSize: number;
  /**
   * The pictures to show: `decoder.mean(z, options)`, z ~ prior. The latents are disposed.
   *
   * @param n - how many, at least 1
   * @param random - the latents are drawn from it; the network draws from `options.random`
   * @param options - such as `condition`, one for each example
   * @returns `[n, ...]`; the caller disposes it
   */
  draw(n: number, random: RandomStream, options?: ApplyOptions): Tensor;
  /**
   * Samples of the model's distribution of data, with the noise of the likelihood: `decoder.sample(z, random, options)`,
   * z ~ prior.
   *
   * @param n - how many, at least 1
   * @param random - the latents are drawn from it, then the noise; the network draws from `options.random`
   * @param options - those of `draw`
   * @returns `[n, ...]`; the caller disposes it
   */
  sample(n: number, random: RandomStream, options?: ApplyOptions): Tensor;
}

/** What {@link createPriorSampler} takes besides the decoder. */
export interface PriorSamplerOptions {
  /** Numbers in a latent vector, at least 1: `encoder.latentSize`. */
  readonly latentSize: number;
  /** The distribution of the latents; default {@link gaussianPrior}, which is also the default prior of `elbo`. */
  readonly prior?: LatentPrior | undefined;
}

/**
 * Makes a sampler of new data: the prior draws latents, and the decoder maps them to data.
 *
 * x = decoder.mean(z), z ~ prior
 *
 * @param decoder - it stays the caller's
 * @param options - see {@link PriorSamplerOptions}
 * @returns a record of functions. Its `draw` has the signature of a {@link Generator}'s, so code that shows pictures works with
 *   either family.
 * @throws TypeError or RangeError if `decoder` is not a decoder, `prior` not a prior or `latentSize` not a positive integer;
 *   its functions throw TypeError, RangeError or {@link ShapeError} if `n` is not a positive integer, `random` not a stream, or
 *   if the prior does not give float32 `[n, latentSize]`
 * @example
 * ```ts
 * const sampler = createPriorSampler(decoder, { latentSize: 4 });
 * console.log(sampler.draw(16, random).shape); // [16, 8, 8, 1]
 * ```
 * @see Kingma and Welling 2014, section 2.1, https://arxiv.org/abs/1312.6114
 */
export function createPriorSampler(decoder: Decoder, options: PriorSamplerOptions): PriorSampler {
  const where = 'createPriorSampler';
  checkFunction(where, 'decoder.mean', decoder?.mean);
  checkFunction(where, 'decoder.sample', decoder.sample);
  const { latentSize, prior } = readLatents(where, options);
  const latents = sourceFrom({ latentSize, prior });
  const make = (
    where: string,
    n: number,
    random: RandomStream,
    given: ApplyOptions | undefined,
    f: (z: Tensor) => Tensor,
  ) =>
    tf.tidy(() => {
      checkConditionRead(where, 'options.condition', given?.condition, decoder, prior);
      const z = latents(where, n, random, given);
      return renameErrors(where, { latents: z, options: undefined }, () => f(z));
    });
  return Object.freeze({
    latentSize,
    draw: (n: number, random: RandomStream, applyOptions?: ApplyOptions) =>
      make('draw', n, random, applyOptions, (z) => decoder.mean(z, applyOptions)),
    sample: (n: number, random: RandomStream, applyOptions?: ApplyOptions) =>
      make('sample', n, random, applyOptions, (z) => decoder.sample(z, random, applyOptions)),
  });
}
