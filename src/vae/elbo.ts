import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkGaussian, klPerExample } from '../distributions/gaussian.js';
import type { DiagonalGaussian, Likelihood } from '../distributions/index.js';
import { checkBroadcast, checkFloat, checkResult, checkShape } from '../tensor/checks.js';
import { checkLikelihood } from './decoder.js';
import { readOptions } from '../tensor/options.js';

/** Options of {@link elbo}. */
export interface ElboOptions {
  /** Data, `[batch, ...]`. */
  readonly x: Tensor;
  /** The decoder's output for a sample from the posterior. */
  readonly parameters: Tensor;
  /** The likelihood with these parameters. */
  readonly likelihood: Likelihood;
  /** q(z|x): mean and log-variance, each `[batch, latent]`. */
  readonly posterior: DiagonalGaussian;
  /** p(z); default N(0, I). */
  readonly prior?: DiagonalGaussian | undefined;
}

/** The evidence lower bound and its two terms, each `[batch]`, in nats. */
export interface Elbo {
  /** The lower bound on log p(x): logLikelihood - kl. */
  readonly elbo: Tensor;
  /** E_q[log p(x|z)], estimated from the sample that was decoded. */
  readonly logLikelihood: Tensor;
  /** KL(q(z|x) || p(z)), in closed form. */
  readonly kl: Tensor;
}

/**
 * The evidence lower bound on log p(x), per example, in nats: the quantity that a variational autoencoder maximises.
 *
 * ELBO = E_q(z|x)[log p(x|z)] - KL(q(z|x) || p(z)), with the expectation estimated from one sample of z and the KL in closed form
 *
 * @param options - see {@link ElboOptions}
 * @returns `elbo`, `logLikelihood` and `kl`, each `[batch]`, with elbo = logLikelihood - kl; the caller disposes them
 * @throws {@link ShapeError} if the shapes do not fit
 * @remarks This is always the true bound: beta and free nats are options of {@link elboObjective}. In a training loop of your own, the loss
 * is `tf.mean(tf.neg(elbo(...).elbo))`.
 * @example
 * ```ts
 * const zero = tf.zeros([1, 2]);
 * const posterior = { mean: zero, logVariance: zero };
 * const bound = elbo({ x: tf.ones([1, 3]), parameters: tf.zeros([1, 3]), likelihood: bernoulli, posterior });
 * console.log(await bound.elbo.data()); // 3 log(1/2) = -2.079
 * ```
 * @see Kingma and Welling 2014, equation 10, https://arxiv.org/abs/1312.6114
 */
export function elbo(options: ElboOptions): Elbo {
  const { x, parameters, likelihood, posterior, prior } = readOptions('elbo', options, {
    x: checkFloat,
    parameters: checkFloat,
    likelihood: checkLikelihood,
    posterior: checkGaussian,
    prior: { is: checkGaussian, default: undefined },
  });
  if (prior !== undefined) checkBroadcast('elbo', 'prior.mean', prior.mean, 'posterior.mean', posterior.mean);
  const rows = [x.shape[0], ...posterior.mean.shape.slice(1)];
  checkShape('elbo', 'posterior.mean', posterior.mean, rows, 'It must have one row per example of `x`.');
  return tf.tidy(() => {
    const logLikelihood = logLikelihoodOf(x, parameters, likelihood);
    const kl = klPerExample(posterior, prior);
    return { elbo: tf.sub(logLikelihood, kl), logLikelihood, kl };
  });
}

/** log p(x|z), `[batch]`, checked. */
export function logLikelihoodOf(x: Tensor, parameters: Tensor, likelihood: Likelihood): Tensor {
  const logLikelihood = likelihood.logProb(x, parameters);
  const fix = 'Sum over all axes except the first.';
  checkResult('elbo', 'likelihood.logProb(x, parameters)', logLikelihood, [x.shape[0]], fix);
  return logLikelihood;
}
