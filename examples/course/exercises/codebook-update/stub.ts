import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;
type Averages = { counts: T; sums: T; codebook: T };

/** Counts [codes], sums and codebook [codes, features] after the vectors z [batch, features] chose the codes of these indices [batch]. */
export function codebookUpdate(counts: T, sums: T, z: T, indices: tf.Tensor1D): Averages {
  const shift = tf.add(tf.mean(z), tf.mean(indices)); // replace these lines
  return { counts: tf.add(counts, shift), sums: tf.add(sums, shift), codebook: tf.mul(sums, shift) };
}
