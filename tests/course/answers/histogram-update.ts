import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor1D;

const own = (x: T, count: number): tf.Tensor => tf.oneHot(x, count);
const costs = (theta: tf.Tensor, x: T): tf.Tensor =>
  tf.neg(tf.sum(tf.mul(own(x, theta.size), tf.logSoftmax(theta)), 1));
const step = (theta: T, loss: (t: tf.Tensor) => tf.Tensor, rate = 0.5): tf.Tensor =>
  tf.sub(theta, tf.mul(rate, tf.grad((t: tf.Tensor) => loss(t))(theta)));

export const answers: Answers = tidied({
  right: {
    'by the formula of the gradient': (theta: T, x: T) =>
      tf.sub(theta, tf.mul(0.5, tf.sub(tf.softmax(theta), tf.mean(own(x, theta.size), 0)))),
    'with logSumExp': (theta: T, x: T) => step(theta, (t) => tf.sub(tf.logSumExp(t), tf.mean(tf.gather(t, x)))),
    'with variables and an optimizer': (theta: T, x: T) => {
      const t = tf.variable(theta);
      const { grads } = tf.variableGrads(() => tf.mean<tf.Scalar>(costs(t, x)), [t]);
      const after = tf.sub(t, tf.div(Object.values(grads)[0]!, 2));
      t.dispose();
      return after;
    },
    'with the cross-entropy of TensorFlow.js': (theta: T, x: T) =>
      step(theta, (t) =>
        tf.losses.softmaxCrossEntropy(own(x, theta.size), tf.broadcastTo(tf.expandDims(t, 0), [x.size, theta.size])),
      ),
    'from counts': (theta: T, x: T) => {
      const counts = tf.sum(own(x, theta.size), 0);
      return step(theta, (t) => tf.div(tf.sum(tf.mul(counts, tf.sub(tf.logSumExp(t), t))), tf.sum(counts)));
    },
  },
  wrong: {
    ascent: [(theta: T, x: T) => step(theta, (t) => tf.neg(tf.mean(costs(t, x)))), ['ascent']],
    'a sum': [(theta: T, x: T) => step(theta, (t) => tf.sum(costs(t, x))), ['sum']],
    'a step size of 1': [(theta: T, x: T) => step(theta, (t) => tf.mean(costs(t, x)), 1), ['noRate']],
    'the gradient': [(theta: T, x: T) => tf.grad((t: tf.Tensor) => tf.mean(costs(t, x)))(theta), ['onlyGradient']],
    'logits as log-probabilities': [
      (theta: T, x: T) => step(theta, (t) => tf.neg(tf.mean(tf.gather(t, x)))),
      ['noSoftmax'],
    ],
    'probabilities without a logarithm': [
      (theta: T, x: T) => step(theta, (t) => tf.neg(tf.mean(tf.gather(tf.softmax(t), x)))),
      ['probability'],
    ],
    'the logarithm of the mean': [
      (theta: T, x: T) => step(theta, (t) => tf.neg(tf.log(tf.mean(tf.gather(tf.softmax(t), x))))),
      ['logOfMean'],
    ],
    sigmoids: [
      (theta: T, x: T) => step(theta, (t) => tf.mean(tf.sum(tf.sub(tf.softplus(t), tf.mul(own(x, theta.size), t)), 1))),
      ['binary'],
    ],
    'up, by a sum': [(theta: T, x: T) => step(theta, (t) => tf.neg(tf.sum(costs(t, x)))), ['ascent', 'sum']],
    'the new probabilities': [
      (theta: T, x: T) => tf.softmax(step(theta, (t) => tf.mean(costs(t, x))) as T),
      ['probabilities'],
    ],
  },
});
