import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { continuousBernoulliLogPartition, continuousBernoulliMean } from '../../operations/continuous-bernoulli.js';
import { nearZero, polynomial } from '../../operations/near-zero.js';
import { sumPerExample } from '../../tensor/sum-per-example.js';
import { UNIT_RANGE, likelihood, type Likelihood } from './likelihood.js';

/**
 * The continuous Bernoulli likelihood, a density for grey pixels in [0, 1], in nats. Its parameters are logits.
 *
 * log p(x) = sum_j ( x_j l_j - A(l_j) ), A(l) = log((exp(l) - 1) / l)
 *
 * @remarks x lies in [0, 1]. It is {@link bernoulli} with the constant that makes it integrate to 1 over [0, 1].
 * The mean is 1 / (1 - exp(-l)) - 1 / l, not sigmoid(l). Since it is a density, log p may be above 0.
 * @example
 * ```ts
 * const logProb = continuousBernoulli.logProb(tf.tensor2d([[0.3]]), tf.tensor2d([[0]]));
 * console.log(await logProb.data()); // 0: the uniform density
 * ```
 * @see Loaiza-Ganem and Cunningham 2019, The continuous Bernoulli, https://arxiv.org/abs/1907.06845
 */
export const continuousBernoulli: Likelihood = /* @__PURE__ */ likelihood('continuousBernoulli', {
  name: 'continuousBernoulli',
  parameterSize: 1,
  range: UNIT_RANGE,
  logits: true,
  logProb: (x, parameters) => sumPerExample(tf.sub(tf.mul(x, parameters), continuousBernoulliLogPartition(parameters))),
  mean: continuousBernoulliMean,
  sample: (parameters, random) => {
    // The inverse of the distribution function, F^-1(u) = log(1 + u (exp(l) - 1)) / l, at -|l|, whose exponential does
    // not overflow; for a positive logit the draw is mirrored.
    const u = random.uniform(parameters.shape);
    const draw = nearZero(tf.neg(tf.abs(parameters)), {
      series: (l) => inverseNearZero(u, l),
      closed: (l) => tf.div(tf.log1p(tf.mul(u, tf.expm1(l))), l),
    });
    const positive = tf.step(parameters);
    return tf.add(positive, tf.mul(tf.sub(1, tf.mul(2, positive)), draw));
  },
});

/**
 * log(1 + u (exp(l) - 1)) / l for |l| <= 1, where the quotient loses digits. The logarithm is the cumulant
 * generating function of a Bernoulli variable with P(1) = u, so the coefficients of its series are the cumulants.
 */
function inverseNearZero(u: Tensor, l: Tensor): Tensor {
  const variance = tf.mul(u, tf.sub(1, u));
  const skew = tf.sub(1, tf.mul(2, u));
  const terms = [
    tf.ones([]),
    tf.mul(1 / 3, skew),
    polynomial(variance, [1 / 12, -1 / 2]),
    tf.mul(skew, polynomial(variance, [1 / 60, -1 / 5])),
    polynomial(variance, [1 / 360, -1 / 12, 1 / 3]),
  ];
  const series = terms.reduceRight((sum, term) => tf.add(tf.mul(sum, l), term));
  return tf.add(u, tf.mul(tf.mul(0.5, tf.mul(l, variance)), series));
}
