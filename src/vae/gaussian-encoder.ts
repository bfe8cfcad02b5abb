import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { DiagonalGaussian } from '../distributions/index.js';
import { checkNetwork } from '../nets/check-network.js';
import type { ApplyOptions, Network } from '../nets/network.js';
import { applyPart, createPart } from '../nets/part-owning.js';
import { checkExamples, checkInteger } from '../tensor/checks.js';
import { madeBy } from '../tensor/made-by.js';
import { readOptions } from '../tensor/options.js';
import { copyWith } from '../tensor/own-members.js';
import { gaussianFrom } from './gaussian-from.js';
import { withDraw, type LatentEncoder } from './latent-encoder.js';

/** The encoder q(z|x) of a variational autoencoder as a diagonal Gaussian. */
export interface GaussianEncoder extends LatentEncoder {
  /**
   * The approximate posterior for data.
   *
   * @param x - float32 `[batch, ...]`, as the network expects it
   * @returns mean and log-variance, each `[batch, latentSize]`; the caller disposes them
   */
  encode(x: Tensor, options?: ApplyOptions): DiagonalGaussian;
}

/**
 * An encoder q(z|x) = N(mean, diag(exp(logVariance))), whose two parameters a network computes.
 *
 * @param network - a network with the output `[batch, 2 * latentSize]`: all means, then all log-variances
 * @param options - `latentSize`, at least 1
 * @returns an encoder that owns the network: disposing it disposes the network
 * @throws {@link ShapeError} from `encode` if the network's output has another shape
 * @remarks The embedding of data is `encoder.encode(x).mean`. `encoder.draw(x, random)` draws latents, with log q(z|x).
 * @example
 * ```ts
 * const network = mlp({ sizes: [784, 512, 2 * 20], random: createRandom(1) });
 * const encoder = createGaussianEncoder(network, { latentSize: 20 });
 * console.log(encoder.encode(tf.zeros([3, 784])).mean.shape); // [3, 20]
 * ```
 * @see Kingma and Welling 2014, appendix C.2, https://arxiv.org/abs/1312.6114
 */
export function createGaussianEncoder(network: Network, options: { readonly latentSize: number }): GaussianEncoder {
  checkNetwork('createGaussianEncoder', 'network', network);
  const read = readOptions('createGaussianEncoder', options, { latentSize: checkInteger });
  const { latentSize } = read;
  const encode = (x: Tensor, options?: ApplyOptions): DiagonalGaussian => {
    checkExamples('encode', 'x', x);
    return tf.tidy(() => {
      const output = applyPart('encode', network, x, options);
      return gaussianFrom('encode', output, { rows: x.shape[0], size: latentSize });
    });
  };
  const made = createPart(network, withDraw({ latentSize, encode }));
  return madeBy('createGaussianEncoder', read, made);
}

/**
 * A copy of a Gaussian encoder with another posterior; `draw` draws from that, in place of your own.
 *
 * @param encoder - see {@link createGaussianEncoder}; it stays as it is
 * @param encode - as {@link GaussianEncoder}.encode: from data `[batch, ...]` to mean and log-variance, each `[batch, latentSize]`
 * @returns an encoder that shares the network
 * @throws TypeError if an argument is wrong
 * @remarks `{ ...encoder, encode }` would keep the old `draw`; functions that take an encoder refuse it.
 * @example
 * ```ts
 * const narrow = withEncode(encoder, (x, options) => {
 *   const { mean, logVariance } = encoder.encode(x, options);
 *   return { mean, logVariance: tf.sub(logVariance, 10) };
 * });
 * console.log(narrow.draw(x, random).z.shape); // [32, 4]
 * ```
 */
export function withEncode(encoder: GaussianEncoder, encode: GaussianEncoder['encode']): GaussianEncoder {
  return copyWith('withEncode', 'encoder', encoder, 'encode', encode, withDraw);
}
