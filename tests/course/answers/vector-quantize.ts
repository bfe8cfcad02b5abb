import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Detach = (x: T) => T;
type Parts = { quantized: T; codebookLoss: T; commitmentLoss: T };

const nearest = (z: T, codebook: T): T => {
  const distances = tf.sum(tf.squaredDifference(tf.expandDims(z, 1), tf.expandDims(codebook, 0)), 2);
  return tf.gather(codebook, tf.argMin<tf.Tensor1D>(distances, 1));
};
const loss = (a: T, b: T): T => tf.mean(tf.sum(tf.squaredDifference(a, b), 1));
const parts = (z: T, codes: T, detach: Detach): Parts => ({
  quantized: tf.add(z, detach(tf.sub(codes, z))),
  codebookLoss: loss(detach(z), codes),
  commitmentLoss: loss(z, detach(codes)),
});

export const answers: Answers = tidied({
  right: {
    'with one-hot rows': (z: T, codebook: T, detach: Detach) => {
      const squares = tf.sub(tf.sum(tf.square(codebook), 1), tf.mul(2, tf.matMul(z, codebook, false, true)));
      const own = tf.oneHot(tf.argMin<tf.Tensor1D>(squares, 1), codebook.shape[0]);
      return parts(z, tf.matMul(own, codebook), detach);
    },
    'with the largest of negative distances': (z: T, codebook: T, detach: Detach) => {
      const distances = tf.norm(tf.sub(tf.expandDims(z, 1), tf.expandDims(codebook, 0)), 'euclidean', 2);
      return parts(z, tf.gather(codebook, tf.argMax<tf.Tensor1D>(tf.neg(distances), 1)), detach);
    },
    'with each part detached': (z: T, codebook: T, detach: Detach) => {
      const codes = nearest(z, codebook);
      return { ...parts(z, codes, detach), quantized: tf.sub(tf.add(z, detach(codes)), detach(z)) };
    },
    'with means times the number of features': (z: T, codebook: T, detach: Detach) => {
      const codes = nearest(z, codebook);
      const mean = (a: T, b: T): T => tf.mul(z.shape[1]!, tf.mean(tf.square(tf.sub(a, b))));
      return {
        ...parts(z, codes, detach),
        codebookLoss: mean(codes, detach(z)),
        commitmentLoss: mean(z, detach(codes)),
      };
    },
    'vector by vector': (z: T, codebook: T, detach: Detach) => {
      const rows = tf.unstack(z).map((row) => {
        const index = tf.argMin(tf.sum(tf.squaredDifference(codebook, row), 1));
        return tf.gather(codebook, index);
      });
      return parts(z, tf.stack(rows), detach);
    },
  },
  wrong: {
    'the farthest': [
      (z: T, codebook: T, detach: Detach) => {
        const distances = tf.sum(tf.squaredDifference(tf.expandDims(z, 1), tf.expandDims(codebook, 0)), 2);
        return parts(z, tf.gather(codebook, tf.argMax<tf.Tensor1D>(distances, 1)), detach);
      },
      ['farthest'],
    ],
    'the largest product': [
      (z: T, codebook: T, detach: Detach) =>
        parts(z, tf.gather(codebook, tf.argMax<tf.Tensor1D>(tf.matMul(z, codebook, false, true), 1)), detach),
      ['product'],
    ],
    'means over features': [
      (z: T, codebook: T, detach: Detach) => {
        const codes = nearest(z, codebook);
        const mean = (a: T, b: T): T => tf.mean(tf.squaredDifference(a, b));
        return {
          ...parts(z, codes, detach),
          codebookLoss: mean(detach(z), codes),
          commitmentLoss: mean(z, detach(codes)),
        };
      },
      ['lossesSumFeaturesMean'],
    ],
    'a weighted commitment': [
      (z: T, codebook: T, detach: Detach) => {
        const all = parts(z, nearest(z, codebook), detach);
        return { ...all, commitmentLoss: tf.mul(0.25, all.commitmentLoss) };
      },
      ['weighted'],
    ],
    'the vector itself': [
      (z: T, codebook: T, detach: Detach) => ({ ...parts(z, nearest(z, codebook), detach), quantized: tf.clone(z) }),
      ['notQuantized'],
    ],
    'no straight-through': [
      (z: T, codebook: T, detach: Detach) => {
        const codes = nearest(z, codebook);
        return { ...parts(z, codes, detach), quantized: codes };
      },
      ['noStraightThrough'],
    ],
    'nothing detached in the losses': [
      (z: T, codebook: T, detach: Detach) => {
        const codes = nearest(z, codebook);
        return { ...parts(z, codes, detach), codebookLoss: loss(z, codes) };
      },
      ['codebookMovesBoth'],
    ],
    'losses exchanged': [
      (z: T, codebook: T, detach: Detach) => {
        const { quantized, codebookLoss, commitmentLoss } = parts(z, nearest(z, codebook), detach);
        return { quantized, codebookLoss: commitmentLoss, commitmentLoss: codebookLoss };
      },
      ['lossesExchanged'],
    ],
    'a straight line to both': [
      (z: T, codebook: T, detach: Detach) => {
        const codes = nearest(z, codebook);
        return { ...parts(z, codes, detach), quantized: tf.sub(tf.add(z, codes), detach(z)) };
      },
      ['bothThrough'],
    ],
    'a sum over the batch': [
      (z: T, codebook: T, detach: Detach) => {
        const codes = nearest(z, codebook);
        const sum = (a: T, b: T): T => tf.sum(tf.squaredDifference(a, b));
        return {
          ...parts(z, codes, detach),
          codebookLoss: sum(detach(z), codes),
          commitmentLoss: sum(z, detach(codes)),
        };
      },
      ['sumOverBatch'],
    ],
  },
});
