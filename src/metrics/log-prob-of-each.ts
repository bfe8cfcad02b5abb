import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Likelihood } from '../distributions/index.js';
import { checkExamples, checkRecord, checkResult, checkShape } from '../tensor/checks.js';

/**
 * The log-density of each number of an example, in nats: which number, sensor or step makes an example improbable.
 *
 * output[b, ..., j] = log p(x[b, ..., j] | parameters), whose sum over an example is `likelihood.logProb(x, parameters)`
 *
 * Average or sum it over an axis to compare sensors or steps. For a VAE, `parameters` is `decoder.decode(encoder.encode(x).mean)`.
 *
 * @param likelihood - such as `learnedGaussian()`: a distribution in which the numbers are independent, as all of ours are
 * @param x - data, `[batch, ..., channels]`
 * @param parameters - the output of the network, `[batch, ..., channels * parameterSize]`
 * @returns nats, of the shape of `x`; the caller disposes it
 * @throws TypeError or ShapeError if an argument has the wrong kind or shape
 * @example
 * ```ts
 * const likelihood = gaussian({ variance: 1 });
 * const each = logProbOfEach(likelihood, tf.tensor2d([[0, 3]]), tf.tensor2d([[0, 0]]));
 * console.log(await each.data()); // -0.919, -5.419: the second number is the unusual one
 * ```
 * @see {@link Likelihood}
 */
export function logProbOfEach(likelihood: Likelihood, x: Tensor, parameters: Tensor): Tensor {
  const where = 'logProbOfEach';
  checkRecord(where, 'likelihood', likelihood, 'logProb', 'learnedGaussian(), bernoulli');
  checkExamples(where, 'x', x);
  checkExamples(where, 'parameters', parameters);
  const { parameterSize } = likelihood;
  const channels = x.shape.at(-1)!;
  checkShape(where, 'parameters', parameters, [...x.shape.slice(0, -1), channels * parameterSize]);
  return tf.tidy(() => {
    // each number becomes an example; its parameters are one of each block
    const blocks = tf.transpose(tf.reshape(parameters, [-1, parameterSize, channels]), [0, 2, 1]);
    const nats = likelihood.logProb(tf.reshape(x, [x.size, 1]), tf.reshape(blocks, [x.size, parameterSize]));
    checkResult(where, 'likelihood.logProb(...)', nats, [x.size]);
    return tf.reshape(nats, x.shape);
  });
}
