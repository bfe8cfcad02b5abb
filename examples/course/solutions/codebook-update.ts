import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function codebookUpdate(counts: T, sums: T, z: T, indices: tf.Tensor1D): { counts: T; sums: T; codebook: T } {
  return tf.tidy(() => {
    const chosen = tf.cast(tf.oneHot(indices, counts.size), 'float32');
    const average = (old: T, batch: T): T => tf.add(tf.mul(0.9, old), tf.mul(0.1, batch));
    const newCounts = average(counts, tf.sum(chosen, 0));
    const newSums = average(sums, tf.matMul(chosen, z, true));
    return { counts: newCounts, sums: newSums, codebook: tf.div(newSums, tf.expandDims(newCounts, 1)) };
  });
}
