import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { readLatents, sourceFrom, type LatentOptions } from '../distributions/latent-source.js';
import { checkConditionRead } from '../nets/classes-of.js';
import type { ApplyOptions } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { checkFunction } from '../tensor/checks.js';
import { checkCopy } from '../tensor/own-members.js';
import { renameErrors } from '../tensor/rename-errors.js';
import type { Decoder } from './decoder.js';

/** Makes new data with a decoder, from latents of the prior. It owns nothing, so it has no `dispose`. */
export interface PriorSampler {
  /** Numbers in a latent vector. */
  readonly latentSize: number;
  /**
   * The pictures to show: `decoder.mean(z, options)`, z ~ prior. The latents are disposed.
   *
   * @param n - how many, at least 1
   * @param random - the stream for the latents; the network draws from `options.random`
   * @param options - such as `condition`, one for each example
   * @returns `[n, ...]`; the caller disposes it
   */
  draw(n: number, random: RandomStream, options?: ApplyOptions): Tensor;
  /**
   * Samples of the model's distribution of data, with the noise of the likelihood: `decoder.sample(z, random, options)`,
   * z ~ prior.
   *
   * @param n - how many, at least 1
   * @param random - the stream for the latents, then for the noise; the network draws from `options.random`
   * @param options - those of `draw`
   * @returns `[n, ...]`; the caller disposes it
   */
  sample(n: number, random: RandomStream, options?: ApplyOptions): Tensor;
}

/**
 * Makes a sampler of new data: the prior draws latents, and the decoder maps them to data.
 *
 * x = decoder.mean(z), z ~ prior
 *
 * @param decoder - the decoder; the caller still owns it
 * @param options - see {@link LatentOptions}
 * @returns a record of functions. Its `draw` has the signature of a {@link Generator}'s, so code that shows pictures works with
 *   either family.
 * @throws TypeError or RangeError if `decoder` is not a decoder, `prior` not a prior or `latentSize` not a positive integer;
 *   its functions throw TypeError, RangeError or {@link ShapeError} if `n` is not a positive integer, `random` not a stream, or
 *   `prior.sample` does not return float32 `[n, latentSize]`
 * @example
 * ```ts
 * const sampler = createPriorSampler(decoder, { latentSize: 4 });
 * console.log(sampler.draw(16, random).shape); // [16, 8, 8, 1]
 * ```
 * @see Kingma and Welling 2014, section 2.1, https://arxiv.org/abs/1312.6114
 */
export function createPriorSampler(decoder: Decoder, options: LatentOptions): PriorSampler {
  const where = 'createPriorSampler';
  checkFunction(where, 'decoder.mean', decoder?.mean);
  checkFunction(where, 'decoder.sample', decoder.sample);
  checkCopy(where, 'decoder', decoder, 'mean sample', 'Use withDecode.');
  const { latentSize, prior } = readLatents(where, options);
  const drawLatents = sourceFrom({ latentSize, prior });
  const decodeAs =
    (caller: string, decode: (z: Tensor, random: RandomStream, applyOptions?: ApplyOptions) => Tensor) =>
    (n: number, random: RandomStream, applyOptions?: ApplyOptions): Tensor =>
      tf.tidy(() => {
        checkConditionRead(caller, 'options.', applyOptions, decoder, prior);
        const latents = drawLatents(caller, n, random, applyOptions);
        return renameErrors(caller, { latents, options: undefined }, () => decode(latents, random, applyOptions));
      });
  return Object.freeze({
    latentSize,
    draw: decodeAs('draw', (z, _, applyOptions) => decoder.mean(z, applyOptions)),
    sample: decodeAs('sample', (z, random, applyOptions) => decoder.sample(z, random, applyOptions)),
  });
}
