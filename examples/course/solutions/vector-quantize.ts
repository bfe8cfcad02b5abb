import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;

export function vectorQuantize(
  z: T,
  codebook: T,
  detach: (x: T) => T,
): { quantized: T; codebookLoss: T; commitmentLoss: T } {
  return tf.tidy(() => {
    const distances = tf.sum(tf.squaredDifference(tf.expandDims(z, 1), tf.expandDims(codebook, 0)), 2);
    const codes = tf.gather(codebook, tf.argMin<tf.Tensor1D>(distances, 1));
    const loss = (a: T, b: T): T => tf.mean(tf.sum(tf.squaredDifference(a, b), 1));
    return {
      quantized: tf.add(z, detach(tf.sub(codes, z))),
      codebookLoss: loss(detach(z), codes),
      commitmentLoss: loss(z, detach(codes)),
    };
  });
}
