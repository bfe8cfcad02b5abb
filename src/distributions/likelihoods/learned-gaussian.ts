import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { softplus } from '../../gradients/elementwise.js';
import { checkNumber } from '../../tensor/checks.js';
import { logProbOf, reparameterize, type DiagonalGaussian } from '../gaussian.js';
import { likelihood, splitPair, type Likelihood } from './likelihood.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * A Gaussian likelihood for which the network learns the variance of each number, in nats. Its parameters are all means,
 * then all log-variances: `[..., 2 * channels]`.
 *
 * log p(x) = -1/2 sum_j ( log(2 pi) + v_j + (x_j - m_j)^2 / exp(v_j) ), where v are the log-variances
 *
 * @param options - `minLogVariance`: v becomes minLogVariance + softplus(v - minLogVariance)
 * @returns the likelihood; x may be any real number
 * @remarks Where data are exactly constant (the black border of a digit) the density is unbounded and the variance
 * falls forever: set `minLogVariance`. The paper uses -6; -4 did better than -8 on Fashion-MNIST, whose border is white.
 * @example
 * ```ts
 * const logProb = learnedGaussian().logProb(tf.tensor2d([[1]]), tf.tensor2d([[0, 0]])); // mean 0, log-variance 0
 * console.log(await logProb.data()); // -1.419
 * ```
 * @see Rybkin, Daniilidis and Levine 2021, section 3, https://arxiv.org/abs/2006.13202
 */
export function learnedGaussian(
  options: {
    /** A soft lower bound on the log-variance; none by default. */
    readonly minLogVariance?: number | undefined;
  } = {},
): Likelihood {
  const read = readOptions('learnedGaussian', options, {
    minLogVariance: { is: checkNumber, default: undefined },
  });
  const { minLogVariance } = read;
  const distribution = (parameters: Tensor): DiagonalGaussian => {
    const [mean, v] = splitPair(parameters);
    const bounded = minLogVariance === undefined ? v : tf.add(minLogVariance, softplus(tf.sub(v, minLogVariance)));
    return { mean, logVariance: bounded };
  };
  const made = likelihood('learnedGaussian', {
    parameterSize: 2,
    logProb: (x, parameters) => logProbOf(x, distribution(parameters)),
    mean: (parameters) => splitPair(parameters)[0],
    sample: (parameters, random) => reparameterize(distribution(parameters), random),
  });
  return madeBy('learnedGaussian', read, made);
}
