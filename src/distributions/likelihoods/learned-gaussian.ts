import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { exp, softplus } from '../../gradients/index.js';
import { checkRandom } from '../../random/check-random.js';
import { checkNumber } from '../../tensor/checks.js';
import { sumPerExample } from '../../tensor/sum-per-example.js';
import { checkLogProb, checkParameters, splitPair, type Likelihood } from './likelihood.js';

/** log(2 pi), as a number: a call would stay in bundles that do not use it. */
const LOG_TWO_PI = 1.8378770664093453;

/** Options of {@link learnedGaussian}. */
export interface LearnedGaussianOptions {
  /** A soft lower bound of the log-variance; none unless given. */
  readonly minLogVariance?: number | undefined;
}

/**
 * A Gaussian likelihood whose variance the network learns, number by number, in nats. Its parameters are all means,
 * then all log-variances: `[..., 2 * channels]`.
 *
 * log p(x) = -1/2 sum_j ( log(2 pi) + v_j + (x_j - m_j)^2 / exp(v_j) ), v the log-variances
 *
 * @param options - `minLogVariance`: v becomes minLogVariance + softplus(v - minLogVariance)
 * @returns the likelihood; x may be any real number
 * @remarks Where data are exactly constant (the black border of a digit) the density is unbounded and the variance
 * falls for ever: give `minLogVariance`, about 2 log(1 / 255) - 2.5 = -13.6 for pixels of eight bits, or -6 as the paper.
 * @example
 * ```ts
 * const logProb = learnedGaussian().logProb(tf.tensor2d([[1]]), tf.tensor2d([[0, 0]])); // mean 0, log-variance 0
 * console.log(await logProb.data()); // -1.419
 * ```
 * @see Rybkin, Daniilidis and Levine 2021, section 3, https://arxiv.org/abs/2006.13202
 */
export function learnedGaussian({ minLogVariance }: LearnedGaussianOptions = {}): Likelihood {
  if (minLogVariance !== undefined) checkNumber('learnedGaussian', 'minLogVariance', minLogVariance);
  const bounded = (v: Tensor): Tensor =>
    minLogVariance === undefined ? v : tf.add(minLogVariance, softplus(tf.sub(v, minLogVariance)));
  return {
    parameterSize: 2,
    logProb(x, parameters) {
      checkLogProb('learnedGaussian.logProb', x, parameters, 2);
      return tf.tidy(() => {
        const [mean, raw] = splitPair(parameters);
        const logVariance = bounded(raw);
        const distance = tf.mul(tf.square(tf.sub(x, mean)), exp(tf.neg(logVariance)));
        return tf.mul(-0.5, sumPerExample(tf.add(tf.add(LOG_TWO_PI, logVariance), distance)));
      });
    },
    mean(parameters) {
      checkParameters('learnedGaussian.mean', parameters, 2);
      return tf.tidy(() => splitPair(parameters)[0]);
    },
    sample(parameters, random) {
      checkParameters('learnedGaussian.sample', parameters, 2);
      checkRandom('learnedGaussian.sample', 'random', random);
      return tf.tidy(() => {
        const [mean, raw] = splitPair(parameters);
        return tf.add(mean, tf.mul(exp(tf.mul(0.5, bounded(raw))), random.normal(mean.shape)));
      });
    },
  };
}
