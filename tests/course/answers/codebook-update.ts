import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type I = tf.Tensor1D;

const chosen = (indices: I, codes: number): T => tf.cast(tf.oneHot(indices, codes), 'float32');
const made = (counts: T, sums: T): { counts: T; sums: T; codebook: T } => ({
  counts,
  sums,
  codebook: tf.div(sums, tf.expandDims(counts, 1)),
});
const mix = (old: T, batch: T, decay = 0.9, share = 1 - decay): T => tf.add(tf.mul(decay, old), tf.mul(share, batch));
const totals = (z: T, indices: I, codes: number): readonly [T, T] => {
  const own = chosen(indices, codes);
  return [tf.sum(own, 0), tf.matMul(own, z, true)];
};

export const answers: Answers = tidied({
  right: {
    'with unsortedSegmentSum': (n: T, s: T, z: T, indices: I) => {
      const codes = n.size;
      const count = tf.unsortedSegmentSum(tf.ones([indices.size]), indices, codes);
      return made(mix(n, count), mix(s, tf.unsortedSegmentSum(z, indices, codes)));
    },
    'with a step towards the batch': (n: T, s: T, z: T, indices: I) => {
      const [count, sum] = totals(z, indices, n.size);
      const step = (old: T, batch: T): T => tf.add(old, tf.mul(0.1, tf.sub(batch, old)));
      return made(step(n, count), step(s, sum));
    },
    'code by code': (n: T, s: T, z: T, indices: I) => {
      const rows = Array.from({ length: n.size }, (_, k) => {
        const own = tf.cast(tf.equal(indices, k), 'float32');
        return [tf.sum(own), tf.sum(tf.mul(tf.expandDims(own, 1), z), 0)] as const;
      });
      return made(mix(n, tf.stack(rows.map(([count]) => count))), mix(s, tf.stack(rows.map(([, sum]) => sum))));
    },
    'with a broadcast product': (n: T, s: T, z: T, indices: I) => {
      const own = tf.expandDims(chosen(indices, n.size), 2);
      return made(mix(n, tf.sum(own, [0, 2])), mix(s, tf.sum(tf.mul(own, tf.expandDims(z, 1)), 0)));
    },
    'with reciprocals': (n: T, s: T, z: T, indices: I) => {
      const [count, sum] = totals(z, indices, n.size);
      const { counts, sums } = made(mix(n, count), mix(s, sum));
      return { codebook: tf.transpose(tf.mul(tf.transpose(sums), tf.reciprocal(counts))), sums, counts };
    },
  },
  wrong: {
    exchanged: [
      (n: T, s: T, z: T, indices: I) => {
        const [count, sum] = totals(z, indices, n.size);
        return made(mix(n, count, 0.1), mix(s, sum, 0.1));
      },
      ['exchanged'],
    ],
    'no decay': [
      (n: T, s: T, z: T, indices: I) => {
        const [count, sum] = totals(z, indices, n.size);
        return made(mix(n, count, 1, 0.1), mix(s, sum, 1, 0.1));
      },
      ['noDecay'],
    ],
    'a plain sum': [
      (n: T, s: T, z: T, indices: I) => {
        const [count, sum] = totals(z, indices, n.size);
        return made(tf.add(n, count), tf.add(s, sum));
      },
      ['plainSum'],
    ],
    'old counts': [
      (n: T, s: T, z: T, indices: I) => {
        const [count, sum] = totals(z, indices, n.size);
        const all = made(mix(n, count), mix(s, sum));
        return { ...all, codebook: tf.div(all.sums, tf.expandDims(n, 1)) };
      },
      ['oldCounts'],
    ],
    'means of vectors': [
      (n: T, s: T, z: T, indices: I) => {
        const [count, sum] = totals(z, indices, n.size);
        return made(mix(n, count), mix(s, tf.div(sum, tf.expandDims(tf.maximum(count, 1), 1))));
      },
      ['meanOfVectors'],
    ],
    'not divided': [
      (n: T, s: T, z: T, indices: I) => {
        const [count, sum] = totals(z, indices, n.size);
        const all = made(mix(n, count), mix(s, sum));
        return { ...all, codebook: tf.clone(all.sums) };
      },
      ['notDivided'],
    ],
    'idle codes kept': [
      (n: T, s: T, z: T, indices: I) => {
        const [count, sum] = totals(z, indices, n.size);
        const isBusy = tf.greater(count, 0);
        const counts = tf.where(isBusy, mix(n, count), n);
        const sums = tf.where(tf.logicalAnd(tf.expandDims(isBusy, 1), tf.onesLike(tf.cast(s, 'bool'))), mix(s, sum), s);
        return made(counts, sums);
      },
      ['idleKept'],
    ],
    'the old codebook': [
      (n: T, s: T, z: T, indices: I) => {
        const [count, sum] = totals(z, indices, n.size);
        return { ...made(mix(n, count), mix(s, sum)), codebook: tf.div(s, tf.expandDims(n, 1)) };
      },
      ['oldCodebook'],
    ],
    'divided by the size of the batch': [
      (n: T, s: T, z: T, indices: I) => {
        const [count, sum] = totals(z, indices, n.size);
        return made(mix(n, tf.div(count, z.shape[0])), mix(s, tf.div(sum, z.shape[0])));
      },
      ['shareOfBatch'],
    ],
    'a decay of 0.99': [
      (n: T, s: T, z: T, indices: I) => {
        const [count, sum] = totals(z, indices, n.size);
        return made(mix(n, count, 0.99), mix(s, sum, 0.99));
      },
      ['otherDecay'],
    ],
  },
});
