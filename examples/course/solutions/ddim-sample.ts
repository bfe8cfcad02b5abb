import * as tf from '@tensorflow/tfjs-core';

export function ddimSample(
  predictNoise: (x: tf.Tensor, timestep: number) => tf.Tensor,
  xT: tf.Tensor,
  alphaBars: tf.Tensor1D,
): tf.Tensor {
  return tf.tidy(() => {
    const sigmaOf = (alphaBar: tf.Scalar): tf.Tensor => tf.sqrt(tf.sub(1, alphaBar));
    const table = tf.unstack(alphaBars) as tf.Scalar[];
    let x = xT;
    for (let t = table.length - 1; t >= 0; t--) {
      const [from, to] = [table[t]!, table[t - 1] ?? tf.scalar(1)];
      const noise = predictNoise(x, t);
      const estimate = tf.div(tf.sub(x, tf.mul(sigmaOf(from), noise)), tf.sqrt(from));
      x = tf.add(tf.mul(tf.sqrt(to), estimate), tf.mul(sigmaOf(to), noise));
    }
    return x;
  });
}
