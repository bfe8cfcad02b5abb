import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { stopGradient } from '../../gradients/stop-gradient.js';
import { drawCategorical } from '../../operations/draw-categorical.js';
import { logSumExp } from '../../operations/log-sum-exp.js';
import { softmax } from '../../operations/softmax.js';
import { checkInteger } from '../../tensor/checks.js';
import { madeBy } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { sumPerExample } from '../../tensor/sum-per-example.js';
import { likelihood, type Likelihood } from './likelihood.js';

/**
 * The categorical likelihood for data that are classes, in nats. Its parameters are logits in blocks: those of class 0 for all channels, then
 * those of class 1, and so on, `[..., classes * channels]`.
 *
 * log P(x) = sum_j ( l_j[x_j] - log sum_k exp(l_j[k]) )
 *
 * @param options - `classes`, at least 2
 * @returns the likelihood; x holds the classes 0 ... classes - 1, and any other number gives NaN. Its `logProb` also takes int32 classes, and
 *   logits with an axis of their own, `[...x.shape, classes]`.
 * @throws RangeError if there are fewer than two classes
 * @remarks `mean` is the mean of the numbers of the classes, sum_k k P(k); the most likely class is `tf.argMax` of its logits. The gradient
 *   with respect to x is zero. Draws use cumulative probabilities.
 * @example
 * ```ts
 * const logProb = categorical({ classes: 3 }).logProb(tf.tensor2d([[2]]), tf.tensor2d([[0, Math.log(2), Math.log(3)]]));
 * console.log(await logProb.data()); // log(3/6) = -0.693
 * ```
 * @see Bishop 2006, Pattern Recognition and Machine Learning, section 2.2
 */
export function categorical(options: { readonly classes: number }): Likelihood {
  const read = readOptions('categorical', options, { classes: { is: checkInteger, least: 2 } });
  const { classes } = read;
  const numbers = (): Tensor => tf.range(0, classes, 1, 'float32');
  const placesOf = ({ shape }: Tensor): number[] => [...shape.slice(0, -1), shape.at(-1)! / classes];
  /** One row of logits for each number of the data. */
  const blockRows = (parameters: Tensor): Tensor => {
    const channels = parameters.shape.at(-1)! / classes;
    if (channels === 1) return tf.reshape(parameters, [-1, classes]);
    return tf.reshape(tf.transpose(tf.reshape(parameters, [-1, classes, channels]), [0, 2, 1]), [-1, classes]);
  };
  const { logProb, ...made } = likelihood('categorical', {
    parameterSize: classes,
    range: [0, classes - 1],
    logProb: (x, parameters) => {
      const rows = blockRows(parameters);
      const hits = stopGradient(() => tf.cast(tf.equal(tf.reshape(x, [-1, 1]), numbers()), 'float32'));
      const nats = tf.sub(tf.sum(tf.mul(rows, hits), 1), logSumExp(rows, 1));
      // a number that is no class has no hit; x is connected, so that gradients with respect to it exist, to the second order
      const known = tf.where(tf.greater(tf.sum(hits, 1), 0), nats, NaN);
      return sumPerExample(tf.add(tf.reshape(known, x.shape), tf.mul(0, tf.square(x))));
    },
    mean: (parameters) =>
      tf.reshape(tf.sum(tf.mul(softmax(blockRows(parameters)), numbers()), 1), placesOf(parameters)),
    sample: (parameters, random) => {
      const rows = blockRows(parameters);
      const drawn = drawCategorical(softmax(rows), random.uniform([rows.shape[0]]));
      // a draw from NaN is -2
      return tf.reshape(tf.where(tf.less(drawn, 0), NaN, tf.cast(drawn, 'float32')), placesOf(parameters));
    },
  });
  return madeBy('categorical', read, {
    ...made,
    logProb: (x, parameters) =>
      tf.tidy(() => {
        const numbers = x?.dtype === 'int32' ? tf.cast(x, 'float32') : x;
        return logProb(parameters?.rank === x?.rank + 1 ? tf.expandDims(numbers, -1) : numbers, parameters);
      }),
  });
}
