import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Likelihood } from '../distributions/index.js';
import { checkNetwork } from '../nets/check-network.js';
import type { ApplyOptions, Network, Part } from '../nets/network.js';
import { applyPart, createPart } from '../nets/part-owning.js';
import type { RandomStream } from '../random/index.js';
import { receiverOf } from '../tensor/receiver-of.js';
import { checkExamples, checkInteger, checkRecord, checkResult } from '../tensor/checks.js';
import { readOptions } from '../tensor/options.js';
import { madeBy } from '../tensor/made-by.js';

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
  type Members = Pick<Decoder, 'decode' | 'likelihood'>;
  const outputOf = (where: 'mean' | 'sample', self: unknown, f: (members: Members) => Tensor): Tensor =>
    tf.tidy(() => {
      const output = f(receiverOf<Members, keyof Members>(self, made, 'decode', 'likelihood'));
      checkResult(where, `likelihood.${where}(...)`, output);
      return output;
    });
  const made = createPart(network, {
    likelihood,
    decode,
    mean(z: Tensor, options?: ApplyOptions): Tensor {
      return outputOf('mean', this, (own) => own.likelihood.mean(own.decode(z, options)));
    },
    sample(z: Tensor, random: RandomStream, options?: ApplyOptions): Tensor {
      return outputOf('sample', this, (own) => own.likelihood.sample(own.decode(z, options), random));
    },
  });
  return madeBy('createDecoder', read, made);
}

/** Throws unless `likelihood` has the methods of a {@link Likelihood}. */
export function checkLikelihood(where: string, argument: string, likelihood: Likelihood): void {
  const choices =
    'bernoulli, continuousBernoulli, gaussian(...), learnedGaussian(), discretizedLogistic(...), categorical(...)';
  checkRecord(where, argument, likelihood, 'logProb mean sample', choices);
}
