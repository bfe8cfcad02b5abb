import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { composed } from '../../operations/composed.js';
import { checkNumber } from '../../tensor/checks.js';
import { sumPerExample } from '../../tensor/sum-per-example.js';
import { LOG_TWO_PI } from '../gaussian.js';
import { likelihood, type Likelihood } from './likelihood.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * A Gaussian likelihood with one fixed variance, in nats. Its parameters are the means.
 *
 * log p(x) = -1/2 sum_j ( log(2 pi variance) + (x_j - m_j)^2 / variance )
 *
 * @param options - `variance`, above 0, in units of x squared
 * @throws RangeError if the variance is not above 0
 * @remarks This is the squared error with its proper weight: with variance 1/2 the data term is sum (x - m)^2, with
 * variance 1 half of that. With the same KL term, the two train different models. x may be any real number.
 * @example
 * ```ts
 * const logProb = gaussian({ variance: 0.01 }).logProb(tf.tensor2d([[0.1]]), tf.tensor2d([[0]]));
 * console.log(await logProb.data()); // 0.884
 * ```
 * @see Rybkin, Daniilidis and Levine 2021, Simple and Effective VAE Training with Calibrated Decoders,
 *   https://arxiv.org/abs/2006.13202
 */
export function gaussian(options: { readonly variance: number }): Likelihood {
  const read = readOptions('gaussian', options, { variance: { is: checkNumber, above: 0 } });
  const { variance } = read;
  const constant = LOG_TWO_PI + Math.log(variance);
  const made = likelihood('gaussian', {
    parameterSize: 1,
    logProb: (x, parameters) => {
      const plain = (at: Tensor, means: Tensor): Tensor => {
        const distance = tf.div(tf.square(tf.sub(at, means)), variance);
        return tf.mul(-0.5, sumPerExample(tf.add(constant, distance)));
      };
      return composed('FixedGaussianLogProb', plain, [x, parameters], { variance, constant });
    },
    mean: (parameters) => tf.clone(parameters),
    sample: (parameters, random) => tf.add(parameters, tf.mul(Math.sqrt(variance), random.normal(parameters.shape))),
  });
  return madeBy('gaussian', read, made);
}
