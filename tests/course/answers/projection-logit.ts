import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;

const rows = (c: T, table: T): T => tf.gather(table, c);
const shared = (h: T, w: T, b: T): T => tf.add(tf.matMul(h, w), b);
const own = (h: T, c: T, table: T): T => tf.sum(tf.mul(h, rows(c, table)), 1, true);

export const answers: Answers = tidied({
  right: {
    'with one-hot rows': (h: T, c: T, w: T, b: T, table: T) => {
      const entries = tf.matMul(tf.cast(tf.oneHot(c as tf.Tensor1D, table.shape[0]), 'float32'), table);
      return tf.add(shared(h, w, b), tf.sum(tf.mul(entries, h), 1, true));
    },
    'with all products, and a choice': (h: T, c: T, w: T, b: T, table: T) => {
      const all = tf.matMul(h, table, false, true);
      const chosen = tf.mul(all, tf.oneHot(c as tf.Tensor1D, table.shape[0]));
      return tf.addN([tf.matMul(h, w), tf.sum(chosen, 1, true), tf.broadcastTo(b, [h.shape[0], 1])]);
    },
    'with the weights added to the rows': (h: T, c: T, w: T, b: T, table: T) =>
      tf.add(b, tf.sum(tf.mul(h, tf.add(rows(c, table), tf.transpose(w))), 1, true)),
    'with expandDims at the end': (h: T, c: T, w: T, b: T, table: T) => {
      const parts = tf.add(tf.squeeze(tf.matMul(h, w), [1]), tf.sum(tf.mul(h, rows(c, table)), 1));
      return tf.add(tf.expandDims(parts, 1), b);
    },
    'as a product of matrices for each example': (h: T, c: T, w: T, b: T, table: T) => {
      const product = tf.matMul(tf.expandDims(h, 1), tf.expandDims(rows(c, table), 2));
      return tf.add(shared(h, w, b), tf.reshape(product, [-1, 1]));
    },
  },
  wrong: {
    'no class': [(h: T, _: T, w: T, b: T) => shared(h, w, b), ['noClass']],
    'no shared part': [(h: T, c: T, _: T, __: T, table: T) => own(h, c, table), ['noShared']],
    'no bias': [(h: T, c: T, w: T, _: T, table: T) => tf.add(tf.matMul(h, w), own(h, c, table)), ['noBias']],
    'minus the class': [
      (h: T, c: T, w: T, b: T, table: T) => tf.sub(shared(h, w, b), own(h, c, table)),
      ['minusClass'],
    ],
    'a mean': [
      (h: T, c: T, w: T, b: T, table: T) => tf.add(shared(h, w, b), tf.mean(tf.mul(h, rows(c, table)), 1, true)),
      ['mean'],
    ],
    'the row alone': [
      (h: T, c: T, w: T, b: T, table: T) => tf.add(shared(h, w, b), tf.sum(rows(c, table), 1, true)),
      ['sumOfRow'],
    ],
    'all classes': [
      (h: T, _: T, w: T, b: T, table: T) => tf.add(shared(h, w, b), tf.sum(tf.matMul(h, table, false, true), 1, true)),
      ['allClasses'],
    ],
    'a probability': [
      (h: T, c: T, w: T, b: T, table: T) => tf.sigmoid(tf.add(shared(h, w, b), own(h, c, table))),
      ['sigmoid'],
    ],
    'the row judged by the weights': [
      (h: T, c: T, w: T, b: T, table: T) => shared(tf.add(h, rows(c, table)), w, b),
      ['rowAdded'],
    ],
    'a product': [(h: T, c: T, w: T, b: T, table: T) => tf.mul(shared(h, w, b), own(h, c, table)), ['product']],
  },
});
