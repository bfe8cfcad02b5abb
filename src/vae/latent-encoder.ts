import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkGaussian } from '../distributions/gaussian.js';
import { gaussianPrior, reparameterize, type DiagonalGaussian, type LatentPrior } from '../distributions/index.js';
import type { ApplyOptions, Part } from '../nets/network.js';
import { repeatExamples } from '../nets/repeat-examples.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/index.js';
import { receiverOf } from '../tensor/receiver-of.js';
import { checkFloat, checkInteger, checkObject } from '../tensor/checks.js';
import { named, noteOf } from '../tensor/made-by.js';
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
   * z; absent if q is no such product. Where the prior has Gaussians of the same sizes, the KL divergence is in closed form.
   */
  readonly gaussians?: readonly DiagonalGaussian[] | undefined;
  /** A training loss of the encoder's own, `[batch]`, which is no part of the bound. */
  readonly penalty?: Tensor | undefined;
}

/** Options of {@link LatentEncoder.draw}. */
export interface DrawOptions extends ApplyOptions {
  /** Latents per example, at least 1; default 1. */
  readonly samples?: number | undefined;
}

/**
 * The encoder q(z|x) of a variational autoencoder: it draws latents and knows their log-density. {@link createGaussianEncoder} makes
 * one. You can write one by hand: a VAE needs nothing else of it.
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
  /** The prior that belongs to this encoder if the model names none; default {@link gaussianPrior}. */
  readonly prior?: LatentPrior | undefined;
  /**
   * Draws latents for data.
   *
   * @param x - float32 `[batch, ...]`, as the encoder expects it
   * @param random - the stream to draw from; nothing else advances it
   * @param options - see {@link DrawOptions}
   */
  draw(x: Tensor, random: RandomStream, options?: DrawOptions): LatentDraw;
}

/** Any encoder of a VAE: one that draws, or a record with `encode` alone, whose latents are drawn by {@link reparameterize}. */
export type VaeEncoder = LatentEncoder | GaussianEncoder;

/** Latents as the objectives need them: the Gaussians may be those of `[batch]` rows, and log q(z|x) costs nothing until it is asked for. */
export interface Drawn extends Omit<LatentDraw, 'logProb'> {
  readonly logProb: () => Tensor;
}

/** Makes the method `draw` of an encoder from its method `encode`, or from that of the copy on which it is called. */
export function drawBy(encode: GaussianEncoder['encode']): LatentEncoder['draw'] {
  function draw(this: unknown, x: Tensor, random: RandomStream, options: DrawOptions = {}): LatentDraw {
    checkObject('draw', 'options', options);
    return tf.tidy(() => {
      const { z, logProb, posterior } = drawGaussian(receiverOf(this, { encode }, 'encode'), x, random, options);
      const rows = (parameter: Tensor): Tensor => repeatExamples(parameter, options.samples ?? 1);
      const gaussian = { mean: rows(posterior.mean), logVariance: rows(posterior.logVariance) };
      return { z, logProb: logProb(), gaussians: [gaussian] };
    });
  }
  return named('drawBy', draw);
}

/** Draws latents from any encoder. Call it inside a tidy. */
export function drawLatents(encoder: VaeEncoder, x: Tensor, random: RandomStream, options: DrawOptions): Drawn {
  const { encode, draw } = encoder as Partial<GaussianEncoder>;
  // a copy of our encoder may have an `encode` of its own, which our `draw` does not know
  if (encode !== undefined && isDrawnByEncode(draw)) {
    const { posterior, ...drawn } = drawGaussian(encoder as GaussianEncoder, x, random, options);
    return { ...drawn, gaussians: [posterior] };
  }
  const drawn = encoder.draw!(x, random, options);
  const rows = (options.samples ?? 1) * x.shape[0];
  checkFloat('draw', 'encoder.draw(...).z', drawn?.z, [rows, null]);
  checkFloat('draw', 'encoder.draw(...).logProb', drawn.logProb, [rows]);
  return { ...drawn, logProb: () => drawn.logProb };
}

/** Whether a record's latents are drawn from its `encode`: it has no `draw`, or one of ours. */
export function isDrawnByEncode(draw: LatentEncoder['draw'] | undefined): boolean {
  return draw === undefined || noteOf(draw)?.kind === 'drawBy';
}

/** Draws from the Gaussian that `encode` gives. Its log-density is computed from the noise, which is more accurate than z - mean. */
function drawGaussian(
  encoder: Pick<GaussianEncoder, 'encode'>,
  x: Tensor,
  random: RandomStream,
  { samples, ...options }: DrawOptions,
) {
  checkRandom('draw', 'random', random);
  if (samples !== undefined) checkInteger('draw', 'samples', samples);
  const posterior = encoder.encode(x, options);
  checkGaussian('encode', 'encoder.encode(...)', posterior);
  return drawFrom(posterior, random, samples);
}

/** {@link drawGaussian} of a Gaussian that is known. */
export function drawFrom(posterior: DiagonalGaussian, random: RandomStream, samples: number | undefined) {
  const [batch, size] = posterior.mean.shape as [number, number];
  if (samples === undefined) {
    const noise = random.normal([batch, size]);
    const z = reparameterize(posterior, noise);
    return { z, posterior, logProb: () => tf.sub(gaussianPrior.logProb(noise), logScale(posterior)) };
  }
  const rows = [samples * batch, size];
  const noise = random.normal([samples, batch, size]);
  const z = tf.reshape(reparameterize(posterior, noise), rows);
  const logProb = (): Tensor => {
    const grid = tf.reshape(gaussianPrior.logProb(tf.reshape(noise, rows)), [samples, batch]);
    return tf.reshape(tf.sub(grid, logScale(posterior)), [-1]);
  };
  return { z, posterior, logProb };
}

/** The logarithm of the product of all standard deviations, `[batch]`. */
function logScale({ logVariance }: DiagonalGaussian): Tensor {
  return tf.mul(0.5, tf.sum(logVariance, 1));
}
