import * as tf from '@tensorflow/tfjs-core';
import { sigmoid } from '../../gradients/elementwise.js';
import { bernoulliLogLikelihood } from '../../operations/bernoulli-log-likelihood.js';
import { axesOfExample } from '../../tensor/sum-per-example.js';
import { UNIT_RANGE, likelihood, type Likelihood } from './likelihood.js';

/**
 * The Bernoulli likelihood for black and white pixels, in nats. Its parameters are logits.
 *
 * log p(x) = sum_j ( x_j log sigmoid(l_j) + (1 - x_j) log(1 - sigmoid(l_j)) )
 *
 * @remarks x lies in [0, 1]. For x of 0 or 1 this is a log-probability. For grey x it is the expected log-likelihood
 * of pixels drawn with P(1) = x, not a density; for grey pixels use {@link continuousBernoulli}, a density, or
 * {@link discretizedLogistic}, a probability. Relative error below 1e-5 for logits from -95 to 95.
 * @example
 * ```ts
 * const logProb = bernoulli.logProb(tf.tensor2d([[1, 0]]), tf.tensor2d([[0, 0]]));
 * console.log(await logProb.data()); // 2 log(1/2) = -1.386
 * ```
 * @see Kingma and Welling 2014, appendix C.1, https://arxiv.org/abs/1312.6114
 */
export const bernoulli: Likelihood = /* @__PURE__ */ likelihood('bernoulli', {
  name: 'bernoulli',
  parameterSize: 1,
  range: UNIT_RANGE,
  logits: true,
  logProb: (x, parameters) => tf.reshape(bernoulliLogLikelihood(x, parameters, axesOfExample(x)), [-1]),
  mean: sigmoid,
  sample: (parameters, random) => {
    const probabilities = tf.sigmoid(parameters);
    const ones = tf.cast(tf.less(random.uniform(parameters.shape), probabilities), 'float32');
    // no number is less than NaN, so a probability of NaN would give a sample of 0
    return tf.add(ones, tf.mul(0, probabilities));
  },
});
