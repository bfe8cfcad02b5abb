import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkGaussian } from '../distributions/gaussian.js';
import { gaussianPrior, reparameterize, type DiagonalGaussian, type LatentPrior } from '../distributions/index.js';
import type { ApplyOptions, Part } from '../nets/network.js';
import { repeatExamples } from '../nets/repeat-examples.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/index.js';
import { checkFloat, checkFunction, checkInteger, checkObject } from '../tensor/checks.js';
import { calling, callsOf, checkCopy } from '../tensor/own-members.js';
import type { Observer } from '../training/observer.js';
import type { GaussianEncoder } from './gaussian-encoder.js';

/**
 * Latents drawn from q(z|x), with their log-density. The rows are sample-major: all examples of the first sample, then all of the
 * second. The caller disposes the tensors, for example with `tf.dispose(draw)`.
 */
export interface LatentDraw {
  /** The latents, float32 `[samples * batch, latentSize]`, differentiable with respect to the encoder's variables. */
  readonly z: Tensor;
  /** log q(z|x), `[samples * batch]`, nats; zeros for an encoder that gives one latent without noise. */
  readonly logProb: Tensor;
  /**
   * The Gaussians of q(z|x) = prod_i N(z_i; mean_i, exp(logVariance_i)), each `[samples * batch, size]`, in the order of the blocks of
   * z; absent if q is not such a product. The KL divergence is in closed form for a prior whose `blocks` are Gaussians of the same sizes.
   */
  readonly gaussians?: readonly DiagonalGaussian[] | undefined;
  /** The encoder's own training loss, `[batch]`, which is not part of the bound. */
  readonly penalty?: Tensor | undefined;
}

/** Options of {@link LatentEncoder.draw}. */
export interface DrawOptions extends ApplyOptions {
  /** Latents per example, at least 1; default 1. */
  readonly samples?: number | undefined;
}

/**
 * The encoder q(z|x) of a variational autoencoder: it draws latents and knows their log-density. {@link createGaussianEncoder} makes
 * one, and you can write one by hand.
 *
 * @example
 * ```ts
 * const { z: drawn, logProb } = encoder.draw(x, random, { samples: 2 });
 * console.log(drawn.shape, logProb.shape); // [64, 4] [64]
 * ```
 */
export interface LatentEncoder extends Part {
  /** Numbers in a latent vector. */
  readonly latentSize: number;
  /** The prior of a model with this encoder that names none; default {@link gaussianPrior}. */
  readonly prior?: LatentPrior | undefined;
  /** Observers of each run of `createVaeTrainer` with this encoder, such as verdicts on its codes. */
  readonly observers?: readonly Observer[] | undefined;
  /**
   * Draws latents for data.
   *
   * @param x - float32 `[batch, ...]`, as the encoder expects it
   * @param random - the stream to draw from; nothing else advances it
   * @param options - see {@link DrawOptions}
   */
  draw(x: Tensor, random: RandomStream, options?: DrawOptions): LatentDraw;
}

/** The encoder of a VAE, or a record with `encode` and without `draw`, whose latents are drawn by {@link reparameterize}. */
export type VaeEncoder = LatentEncoder | Omit<GaussianEncoder, 'draw'>;

/** A draw for the objectives: the Gaussians may have `[batch]` rows, and log q(z|x) is computed only when `logProb` is called. */
export interface Drawn extends Omit<LatentDraw, 'logProb'> {
  readonly logProb: () => Tensor;
}

type Encode = GaussianEncoder['encode'];

/** Adds the method `draw` of a Gaussian encoder. */
export function withDraw<Members extends { readonly encode: Encode }>(
  members: Members,
): Members & Pick<LatentEncoder, 'draw'> {
  const { encode } = members;
  const draw: LatentEncoder['draw'] = (x, random, options = {}) => {
    checkObject('draw', 'options', options);
    return tf.tidy(() => {
      const { z, logProb, gaussians } = drawFromEncoded(encode, x, random, options);
      const rows = (parameter: Tensor): Tensor => repeatExamples(parameter, options.samples ?? 1);
      const [{ mean, logVariance }] = gaussians;
      return { z, logProb: logProb(), gaussians: [{ mean: rows(mean), logVariance: rows(logVariance) }] };
    });
  };
  return { ...members, draw: calling({ encode }, draw) };
}

/** The `encode` that gives the Gaussian from which an encoder draws; undefined for an encoder with its own `draw`. */
export function encodeOf({ draw }: LatentEncoder): Encode | undefined {
  return callsOf(draw)?.['encode'] as Encode | undefined;
}

/** Returns an encoder with `draw`: the given one, or, if it has only `encode`, one that draws from that Gaussian. Throws if it has neither. */
export function readEncoder(where: string, argument: string, encoder: VaeEncoder | undefined): LatentEncoder {
  const { draw, encode } = (encoder ?? {}) as Partial<GaussianEncoder>;
  if (typeof draw === 'function') {
    checkCopy(where, argument, encoder!, 'draw', encode ? 'Use withEncode.' : 'Replace it, too.');
    return encoder as LatentEncoder;
  }
  checkFunction(where, `${argument}.encode`, encode);
  const own = encoder as GaussianEncoder;
  const { latentSize, variables, buffers, notResumable, prior } = own;
  const encodeX: Encode = (x, options) => own.encode(x, options);
  const members = { latentSize, variables, buffers, notResumable, prior, dispose: () => own.dispose() };
  return withDraw({ ...own, ...members, encode: encodeX });
}

/** Draws latents from any encoder. Call it inside a tidy. */
export function drawLatents(encoder: LatentEncoder, x: Tensor, random: RandomStream, options: DrawOptions): Drawn {
  const encode = encodeOf(encoder);
  if (encode !== undefined) return drawFromEncoded(encode, x, random, options);
  const drawn = encoder.draw(x, random, options) as LatentDraw | undefined;
  const rows = (options.samples ?? 1) * x.shape[0];
  checkFloat('draw', 'encoder.draw(...).z', drawn?.z, [rows, null]);
  checkFloat('draw', 'encoder.draw(...).logProb', drawn.logProb, [rows]);
  return { ...drawn, logProb: () => drawn.logProb };
}

/** Draws from the Gaussian that `encode` gives. */
function drawFromEncoded(encode: Encode, x: Tensor, random: RandomStream, { samples, ...options }: DrawOptions) {
  checkRandom('draw', 'random', random);
  if (samples !== undefined) checkInteger('draw', 'samples', samples);
  const posterior = encode(x, options);
  checkGaussian('encode', 'encoder.encode(...)', posterior);
  return { ...drawFrom(posterior, random, samples), gaussians: [posterior] as const };
}

/** Draws from a Gaussian. The log-density is computed from the noise, which is more accurate than computing it from z - mean. */
export function drawFrom(posterior: DiagonalGaussian, random: RandomStream, samples: number | undefined) {
  const [batch, size] = posterior.mean.shape as [number, number];
  if (samples === undefined) {
    const noise = random.normal([batch, size]);
    const z = reparameterize(posterior, noise);
    return { z, logProb: () => tf.sub(gaussianPrior.logProb(noise), logScale(posterior)) };
  }
  const rows = [samples * batch, size];
  const noise = random.normal([samples, batch, size]);
  const z = tf.reshape(reparameterize(posterior, noise), rows);
  const logProb = (): Tensor => {
    const grid = tf.reshape(gaussianPrior.logProb(tf.reshape(noise, rows)), [samples, batch]);
    return tf.reshape(tf.sub(grid, logScale(posterior)), [-1]);
  };
  return { z, logProb };
}

/** The logarithm of the product of all standard deviations, `[batch]`. */
function logScale({ logVariance }: DiagonalGaussian): Tensor {
  return tf.mul(0.5, tf.sum(logVariance, 1));
}
