import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Classify = (x: T) => T;
type Answer = (classify: Classify, e: T, x: T, c: T, a: T, w: T) => T;

const own = (logs: T, c: T): T => tf.sum(tf.mul(tf.oneHot(c as tf.Tensor1D, logs.shape[1]!), logs), 1);
const log = (logits: T, c: T): T => tf.sub(own(logits, c), tf.logSumExp(logits, 1));
const sigma = (a: T): T => tf.sqrt(tf.sub(1, a));
/** With another function to differentiate, or another mix. */
const guided =
  (
    of: (logits: T, c: T) => T,
    mix = (e: T, d: T, a: T, w: T): T => tf.sub(e, tf.mul(w, tf.mul(sigma(a), d))),
  ): Answer =>
  (classify, e, x, c, a, w) =>
    mix(e, tf.grad((at: T) => tf.sum(of(classify(at), c)))(x), a, w);

export const answers: Answers = tidied({
  right: {
    'with logSumExp': guided(log),
    'with the cost of the class': guided(
      (logits, c) => tf.neg(log(logits, c)),
      (e, d, a, w) => tf.add(e, tf.mul(tf.mul(w, sigma(a)), d)),
    ),
    'with the logarithm of a softmax': guided((logits, c) => tf.log(own(tf.softmax(logits), c))),
    'example by example': (classify, e, x, c, a, w) =>
      tf.concat(
        tf.split(x, x.shape[0]).map((row, i) => {
          const at = (all: T): T => tf.slice(all, [i, 0], [1, -1]);
          const d = tf.grad((point: T) => tf.sum(log(classify(point), tf.slice(c, [i], [1]))))(row);
          return tf.sub(at(e), tf.mul(tf.mul(w, sigma(at(a))), d));
        }),
      ),
    'with a mean, times the number of examples': (classify, e, x, c, a, w) => {
      const d = tf.grad((at: T) => tf.mean(log(classify(at), c)))(x);
      return tf.sub(e, tf.mul(tf.mul(x.shape[0], w), tf.mul(d, sigma(a))));
    },
  } satisfies Record<string, Answer>,
  wrong: {
    plus: [guided(log, (e, d, a, w) => tf.add(e, tf.mul(w, tf.mul(sigma(a), d)))), ['plus']],
    'no weight': [guided(log, (e, d, a) => tf.sub(e, tf.mul(sigma(a), d))), ['noScale']],
    'no sigma': [guided(log, (e, d, _, w) => tf.sub(e, tf.mul(w, d))), ['noSigma']],
    'no root': [guided(log, (e, d, a, w) => tf.sub(e, tf.mul(w, tf.mul(tf.sub(1, a), d)))), ['noRoot']],
    'the gradient alone': [guided(log, (_, d, a, w) => tf.neg(tf.mul(w, tf.mul(sigma(a), d)))), ['onlyGradient']],
    'of the logit': [guided(own), ['ofLogit']],
    'of the probability': [guided((logits, c) => own(tf.softmax(logits), c)), ['ofProbability']],
    'of the mean': [guided((logits, c) => tf.mean(log(logits, c))), ['ofMean']],
    'of all classes': [guided((logits) => tf.logSoftmax(logits)), ['allClasses']],
    'plus, without sigma': [guided(log, (e, d, _, w) => tf.add(e, tf.mul(w, d))), ['plus', 'noSigma']],
  },
});
