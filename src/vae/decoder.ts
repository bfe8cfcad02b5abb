import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Likelihood } from '../distributions/index.js';
import { checkNetwork } from '../nets/check-network.js';
import type { ApplyOptions, Network, Part } from '../nets/network.js';
import { applyPart, createPart } from '../nets/part-owning.js';
import type { RandomStream } from '../random/index.js';
import { checkExamples, checkFunction, checkInteger, checkRecord, checkResult } from '../tensor/checks.js';
import { madeBy } from '../tensor/made-by.js';
import { readOptions } from '../tensor/options.js';
import { calling, checkCopy, copyWith } from '../tensor/own-members.js';

/** The decoder p(x|z) of a variational autoencoder. */
export interface Decoder extends Part {
  /** The likelihood, which gives the network's output its meaning. */
  readonly likelihood: Likelihood;
  /** The parameters of p(x|z), as the likelihood expects them: `[batch, ..., channels * parameterSize]`. */
  decode(z: Tensor, options?: ApplyOptions): Tensor;
  /** The mean of p(x|z), the picture to show: `[batch, ..., channels]`. */
  mean(z: Tensor, options?: ApplyOptions): Tensor;
  /** A sample from p(x|z): `[batch, ..., channels]`. */
  sample(z: Tensor, random: RandomStream, options?: ApplyOptions): Tensor;
}

/**
 * A decoder p(x|z): a network computes the parameters of a likelihood.
 *
 * @param network - from latents `[batch, latent]` to `likelihood.parameterSize` numbers per number of the data
 * @param options - `likelihood`, such as {@link bernoulli}
 * @returns a decoder that owns the network: disposing it disposes the network
 * @remarks `decoder.mean(encoder.encode(x).mean)` reconstructs data, and {@link createPriorSampler} makes new data.
 * @example
 * ```ts
 * const network = mlp({ sizes: [20, 512, 784], random: createRandom(1) });
 * const decoder = createDecoder(network, { likelihood: bernoulli });
 * console.log(decoder.mean(tf.zeros([3, 20])).shape); // [3, 784]
 * ```
 * @see Kingma and Welling 2014, appendix C, https://arxiv.org/abs/1312.6114
 */
export function createDecoder(network: Network, options: { readonly likelihood: Likelihood }): Decoder {
  checkNetwork('createDecoder', 'network', network);
  const read = readOptions('createDecoder', options, { likelihood: checkLikelihood });
  const { likelihood } = read;
  checkInteger('createDecoder', 'likelihood.parameterSize', likelihood.parameterSize);
  const decode = (z: Tensor, options?: ApplyOptions): Tensor => {
    checkExamples('decode', 'z', z);
    return tf.tidy(() => applyPart('decode', network, z, options, 'z'));
  };
  return madeBy('createDecoder', read, createPart(network, withOutputs({ likelihood, decode })));
}

/** Adds `mean` and `sample`, which follow from the other two members. */
function withOutputs<Members extends Pick<Decoder, 'decode' | 'likelihood'>>(members: Members) {
  const { decode, likelihood } = members;
  const calls = { decode, likelihood };
  const outputOf = (where: 'mean' | 'sample', compute: () => Tensor): Tensor =>
    tf.tidy(() => {
      const output = compute();
      checkResult(where, `likelihood.${where}(...)`, output);
      return output;
    });
  const mean: Decoder['mean'] = (z, options) => outputOf('mean', () => likelihood.mean(decode(z, options)));
  const sample: Decoder['sample'] = (z, random, options) =>
    outputOf('sample', () => likelihood.sample(decode(z, options), random));
  return { ...members, mean: calling(calls, mean), sample: calling(calls, sample) };
}

/**
 * A copy of a decoder that computes the parameters of p(x|z) in another way; `mean` and `sample` follow from them, in place of your own.
 *
 * @param decoder - see {@link createDecoder}; it stays as it is
 * @param decode - as {@link Decoder}.decode: from latents `[batch, latent]` to the parameters `[batch, ..., channels * parameterSize]`
 * @returns a decoder that shares the network
 * @throws TypeError if an argument is wrong
 * @remarks `{ ...decoder, decode }` would keep the old `mean` and `sample`; functions that take a decoder refuse it.
 * @example
 * ```ts
 * const mirrored = withDecode(decoder, (z, options) => decoder.decode(tf.neg(z), options));
 * console.log(mirrored.mean(tf.zeros([3, 4])).shape); // [3, 8, 8, 1]
 * ```
 */
export function withDecode(decoder: Decoder, decode: Decoder['decode']): Decoder {
  return copyWith('withDecode', 'decoder', decoder, 'decode', decode, withOutputs);
}

/** Throws unless `decoder` has `decode`, or if it is a copy whose `mean` or `sample` is that of another. */
export function checkDecoder(where: string, argument: string, decoder: Decoder | undefined): void {
  checkFunction(where, `${argument}.decode`, decoder?.decode);
  checkCopy(where, argument, decoder!, 'mean sample', 'Use withDecode.');
}

/** Throws unless `likelihood` has the methods of a {@link Likelihood}. */
export function checkLikelihood(where: string, argument: string, likelihood: Likelihood): void {
  checkRecord(where, argument, likelihood, 'logProb mean sample', 'bernoulli, learnedGaussian()');
}
