import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { exp } from '../gradients/elementwise.js';
import { composed } from '../operations/composed.js';
import { summedGaussianKl } from '../operations/gaussian-kl.js';
import { gaussianSample } from '../operations/gaussian-sample.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkBroadcast, checkExamples, checkFloat } from '../tensor/checks.js';
import { wrongKind, wrongShape } from '../tensor/errors.js';
import { axesOfExample, sumPerExample } from '../tensor/sum-per-example.js';

/** A Gaussian with a diagonal covariance matrix: N(mean, diag(exp(logVariance))). */
export interface DiagonalGaussian {
  /** Mean, float32 `[batch, ...]`. */
  readonly mean: Tensor;
  /** Natural logarithm of the variance, of the mean's shape. */
  readonly logVariance: Tensor;
}

/** log(2 pi) as a literal: bundlers would keep a call even if nothing uses it. */
export const LOG_TWO_PI = 1.8378770664093453;

/** Throws unless both tensors are float32 `[batch, ...]` of the same shape. */
export function checkGaussian(where: string, argument: string, gaussian: DiagonalGaussian): void {
  if ((gaussian as { readonly dataId?: unknown } | undefined)?.dataId !== undefined) {
    const fix = `Give one record, { mean, logVariance }, as \`${argument}\`.`;
    throw wrongKind(where, `${argument}.mean`, 'must be a tensor', { got: gaussian, fix });
  }
  for (const name of ['mean', 'logVariance'] as const) {
    // a value that is not a record has no mean, so the check of the mean rejects it
    const expected = Object.assign([null, null], gaussian?.mean?.shape);
    checkFloat(where, `${argument}.${name}`, gaussian?.[name], expected);
  }
}

/**
 * A sample from a Gaussian that is differentiable with respect to its mean and log-variance (the reparameterization trick).
 *
 * z = mean + exp(logVariance / 2) * noise, with noise from N(0, I)
 *
 * @param gaussian - mean and log-variance, each `[batch, ...]`
 * @param noise - a stream to draw the noise from, or the noise itself: of the mean's shape, or with a leading axis of
 *   samples, `[samples, batch, ...]`
 * @returns z, of the noise's shape; the caller disposes it
 * @throws {@link ShapeError} if the noise does not fit the mean
 * @example
 * ```ts
 * const gaussian = { mean: tf.tensor2d([[1, 2]]), logVariance: tf.zeros([1, 2]) };
 * const z = reparameterize(gaussian, tf.tensor2d([[0.5, -0.5]]));
 * console.log(await z.data()); // 1.5, 1.5
 * ```
 * @see Kingma and Welling 2014, Auto-Encoding Variational Bayes, section 2.4, https://arxiv.org/abs/1312.6114
 */
export function reparameterize(gaussian: DiagonalGaussian, noise: Tensor | RandomStream): Tensor {
  checkGaussian('reparameterize', 'gaussian', gaussian);
  const { mean, logVariance } = gaussian;
  if (noise instanceof tf.Tensor) {
    checkFloat('reparameterize', 'noise', noise);
    const fits = mean.shape.every((size, axis) => size === noise.shape[noise.rank - mean.rank + axis]);
    if (!fits) {
      const fix = 'It must have the shape of `gaussian.mean`, with or without a leading axis of samples.';
      throw wrongShape('reparameterize', 'noise', mean.shape, noise.shape, fix);
    }
  } else {
    checkRandom('reparameterize', 'noise', noise);
  }
  return tf.tidy(() => {
    const draws = noise instanceof tf.Tensor ? noise : noise.normal(mean.shape);
    return gaussianSample(mean, logVariance, draws);
  });
}

/**
 * The Kullback-Leibler divergence between two diagonal Gaussians, per example, in nats.
 *
 * KL(q || p) = 1/2 sum_j ( lp_j - lq_j + exp(lq_j - lp_j) + (mq_j - mp_j)^2 / exp(lp_j) - 1 ),
 * where m are the means and l the log-variances
 *
 * @param posterior - q: mean and log-variance, each `[batch, ...]`
 * @param prior - p: of the posterior's shape or broadcast to it, for example `[1, latent]`; default N(0, I)
 * @returns `[batch]`, nats, at least 0 up to rounding; the caller disposes it
 * @throws {@link ShapeError} if the shapes do not fit
 * @example
 * ```ts
 * const posterior = { mean: tf.tensor2d([[1, 0]]), logVariance: tf.zeros([1, 2]) };
 * console.log(await gaussianKl(posterior).data()); // 0.5
 * ```
 * @remarks Checked against PyTorch in float64 for log-variances from -3 to 3: relative error below 1e-5.
 * @see Kingma and Welling 2014, appendix B, https://arxiv.org/abs/1312.6114
 */
export function gaussianKl(posterior: DiagonalGaussian, prior?: DiagonalGaussian): Tensor {
  checkGaussian('gaussianKl', 'posterior', posterior);
  if (prior) {
    checkGaussian('gaussianKl', 'prior', prior);
    checkBroadcast('gaussianKl', 'prior.mean', prior.mean, 'posterior.mean', posterior.mean);
  }
  return klPerExample(posterior, prior);
}

/** {@link gaussianKl} of Gaussians that have been checked. */
export function klPerExample(posterior: DiagonalGaussian, prior?: DiagonalGaussian): Tensor {
  return tf.tidy(() => tf.reshape(klOver(axesOfExample(posterior.mean), posterior, prior), [-1]));
}

/**
 * The divergence in nats, summed over axes that are kept with size 1: the posterior, in the prior's units, relative to N(0, I).
 *
 * KL(q || p) = KL(N((mq - mp) exp(-lp / 2), exp(lq - lp)) || N(0, I))
 */
export function klOver(axes: number[], { mean, logVariance }: DiagonalGaussian, prior?: DiagonalGaussian): Tensor {
  if (prior) {
    mean = tf.mul(tf.sub(mean, prior.mean), exp(tf.mul(-0.5, prior.logVariance)));
    logVariance = tf.sub(logVariance, prior.logVariance);
  }
  return summedGaussianKl(mean, logVariance, axes);
}

/**
 * The log-density of a diagonal Gaussian, per example, in nats.
 *
 * log N(x; mean, exp(logVariance)) = -1/2 sum_j ( log(2 pi) + logVariance_j + (x_j - mean_j)^2 / exp(logVariance_j) )
 *
 * @param x - `[batch, ...]`
 * @param gaussian - of the shape of x, or broadcast to it
 * @returns `[batch]`, nats; the caller disposes it
 * @throws {@link ShapeError} if the shapes do not fit
 * @example
 * ```ts
 * const gaussian = { mean: tf.zeros([1, 1]), logVariance: tf.zeros([1, 1]) };
 * console.log(await gaussianLogProb(tf.zeros([1, 1]), gaussian).data()); // -0.919
 * ```
 * @see Bishop 2006, Pattern Recognition and Machine Learning, equation 2.43
 */
export function gaussianLogProb(x: Tensor, gaussian: DiagonalGaussian): Tensor {
  checkExamples('gaussianLogProb', 'x', x);
  checkGaussian('gaussianLogProb', 'gaussian', gaussian);
  checkBroadcast('gaussianLogProb', 'gaussian.mean', gaussian.mean, 'x', x);
  return logProbOf(x, gaussian);
}

/** {@link gaussianLogProb} of arguments that have been checked. */
export function logProbOf(x: Tensor, { mean, logVariance }: DiagonalGaussian): Tensor {
  const plain = (at: Tensor, m: Tensor, l: Tensor): Tensor => {
    const distance = tf.mul(tf.square(tf.sub(at, m)), exp(tf.neg(l)));
    return tf.mul(-0.5, sumPerExample(tf.add(tf.add(LOG_TWO_PI, l), distance)));
  };
  return tf.tidy(() => composed('GaussianLogProb', plain, [x, mean, logVariance]));
}

/**
 * The differential entropy of a diagonal Gaussian, per example, in nats.
 *
 * H = 1/2 sum_j ( 1 + log(2 pi) + logVariance_j )
 *
 * @param gaussian - mean and log-variance, each `[batch, ...]`
 * @returns `[batch]`, nats; the caller disposes it
 * @throws {@link ShapeError} if the two shapes differ
 * @example
 * ```ts
 * const gaussian = { mean: tf.zeros([1, 2]), logVariance: tf.zeros([1, 2]) };
 * console.log(await gaussianEntropy(gaussian).data()); // 2.838
 * ```
 * @see Cover and Thomas 2006, Elements of Information Theory, theorem 8.4.1
 */
export function gaussianEntropy(gaussian: DiagonalGaussian): Tensor {
  checkGaussian('gaussianEntropy', 'gaussian', gaussian);
  return tf.tidy(() => tf.mul(0.5, sumPerExample(tf.add(1 + LOG_TWO_PI, gaussian.logVariance))));
}
