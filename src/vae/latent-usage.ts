import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { checkGaussian, klOver } from '../distributions/gaussian.js';
import type { DiagonalGaussian } from '../distributions/index.js';
import { checkFloat, checkNumber, checkShape } from '../tensor/checks.js';
import { readTensor } from '../tensor/lost-backend.js';
import { outOfRange, wrongShape } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';

/**
 * The KL divergence from N(0, I) of each latent dimension, averaged over the batch, in nats. It shows which dimensions
 * carry information about the data.
 *
 * KL_j = mean over the batch of 1/2 ( exp(logVariance_j) + mean_j^2 - 1 - logVariance_j )
 *
 * @param posterior - mean and log-variance, each `[batch, latent]`
 * @returns `[latent]`, nats; its sum is the mean of {@link gaussianKl}; the caller disposes it
 * @throws {@link ShapeError} if the posterior has another rank
 * @example
 * ```ts
 * const posterior = { mean: tf.tensor2d([[1, 0]]), logVariance: tf.zeros([1, 2]) };
 * console.log(await klPerDimension(posterior).data()); // 0.5, 0
 * ```
 * @see Kingma et al. 2016, section C.8, https://arxiv.org/abs/1606.04934
 */
export function klPerDimension(posterior: DiagonalGaussian): Tensor1D {
  checkGaussian('klPerDimension', 'posterior', posterior);
  checkShape('klPerDimension', 'posterior.mean', posterior.mean, [null, null]);
  return tf.tidy(() => perDimension(posterior));
}

/** The divergence in each dimension, `[latent]`: the mean over the rows. Call it inside a tidy. */
export function perDimension(q: DiagonalGaussian, p?: DiagonalGaussian): Tensor1D {
  const [batch, latent] = q.mean.shape as [number, number];
  return tf.reshape(tf.mul(1 / batch, klOver([0], q, p)), [latent]);
}

/** The result of {@link activeUnits}. */
export interface ActiveUnits {
  /** Latent dimensions in use. */
  readonly count: number;
  /** For each dimension, whether it is in use. */
  readonly active: readonly boolean[];
  /** For each dimension, the variance of the posterior's mean over the data. */
  readonly variances: readonly number[];
}

/**
 * The latent dimensions that a model uses: those whose posterior mean depends on the data.
 *
 * dimension j is active if Var over x of E[z_j | x] > threshold
 *
 * @param means - posterior means of many examples, `[examples, latent]`
 * @param options - `threshold`, at least 0, by default 0.01 as in the paper
 * @returns the count, and for each dimension its variance over the examples (with divisor n) and whether it is active
 * @throws {@link ShapeError} if the means have another rank or only one example
 * @example
 * ```ts
 * const { count } = await activeUnits(tf.tensor2d([[-1, 0], [1, 0]])); // 1
 * ```
 * @see Burda, Grosse and Salakhutdinov 2016, section 5.1, https://arxiv.org/abs/1509.00519
 */
export async function activeUnits(
  means: Tensor,
  options: { readonly threshold?: number | undefined } = {},
): Promise<ActiveUnits> {
  const { threshold } = readOptions('activeUnits', options, {
    threshold: { is: checkNumber, default: 0.01, least: 0 },
  });
  checkFloat('activeUnits', 'means', means, [null, null]);
  if (means.shape[0] < 2) {
    throw wrongShape(
      'activeUnits',
      'means',
      [null, means.shape[1]!],
      means.shape,
      'A variance needs at least two examples.',
    );
  }
  const tensor = tf.tidy(() => tf.mean(tf.square(tf.sub(means, tf.mean(means, 0, true))), 0));
  const variances = [...(await readTensor('activeUnits', tensor).finally(() => tensor.dispose()))];
  if (!variances.every(Number.isFinite))
    throw outOfRange('activeUnits', 'means', 'must be finite', { seen: 'NaN or infinity' });
  const active = variances.map((variance) => variance > threshold);
  return { count: active.filter(Boolean).length, active, variances };
}
