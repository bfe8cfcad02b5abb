import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Predict = (x: T, classes: T) => T;

/** From both predictions and the scale. */
const guided =
  (mix: (own: T, without: T, scale: T) => T) =>
  (predict: Predict, x: T, classes: T, none: number, scale: T): T =>
    mix(predict(x, classes), predict(x, tf.fill(classes.shape, none, 'int32')), scale);

export const answers: Answers = tidied({
  right: {
    'as a mix of both': guided((c, u, w) => tf.add(tf.mul(w, c), tf.mul(tf.sub(1, w), u))),
    'from the class': guided((c, u, w) => tf.add(c, tf.mul(tf.sub(w, 1), tf.sub(c, u)))),
    'in one call of the network': (predict: Predict, x: T, classes: T, none: number, scale: T) => {
      const all = predict(tf.concat([x, x], 0), tf.concat([classes, tf.fill(classes.shape, none, 'int32')], 0));
      const [c, u] = tf.split(all, 2, 0) as [T, T];
      return tf.add(u, tf.mul(scale, tf.sub(c, u)));
    },
    'with a tensor of ones': (predict: Predict, x: T, classes: T, none: number, scale: T) => {
      const u = predict(x, tf.mul(tf.onesLike(classes), tf.scalar(none, 'int32')));
      return tf.add(u, tf.mul(tf.sub(predict(x, classes), u), scale));
    },
    'example by example': (predict: Predict, x: T, classes: T, none: number, scale: T) =>
      tf.concat(
        tf.split(x, x.shape[0]).map((row, i) => {
          const u = predict(row, tf.tensor1d([none], 'int32'));
          const c = predict(row, tf.slice(classes, [i], [1]));
          return tf.add(u, tf.mul(tf.slice(scale, [i, 0], [1, 1]), tf.sub(c, u)));
        }),
      ),
  },
  wrong: {
    exchanged: [guided((c, u, w) => tf.add(c, tf.mul(w, tf.sub(u, c)))), ['exchanged']],
    'from the class': [guided((c, u, w) => tf.add(c, tf.mul(w, tf.sub(c, u)))), ['fromClass']],
    'only the change': [guided((c, u, w) => tf.mul(w, tf.sub(c, u))), ['onlyChange']],
    'no class': [guided((_, u) => u), ['onlyNone']],
    'a mean': [guided((c, u) => tf.div(tf.add(c, u), 2)), ['mean']],
    '1 - w': [guided((c, u, w) => tf.add(u, tf.mul(tf.sub(1, w), tf.sub(c, u)))), ['exchanged']],
    'a sum': [guided((c, u, w) => tf.add(u, tf.mul(w, tf.add(c, u)))), ['sum']],
    'class 0 for none': [
      (predict: Predict, x: T, classes: T, _: number, w: T) => {
        const u = predict(x, tf.zerosLike(classes));
        return tf.add(u, tf.mul(w, tf.sub(predict(x, classes), u)));
      },
      ['otherNone'],
    ],
    'the change turned': [guided((c, u, w) => tf.add(u, tf.mul(w, tf.sub(u, c)))), ['changeTurned']],
    'only the class': [guided((c) => c), ['onlyClass']],
  },
});
