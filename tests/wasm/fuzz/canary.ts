import * as tf from '@tensorflow/tfjs-core';

/**
 * What wasm computes for a few fixed operations, as text. After a kernel has written out of bounds, the next ones fail or give other
 * numbers: a process in which this text has changed is of no more use.
 */
export async function canary(): Promise<string> {
  await tf.setBackend('wasm');
  const results = tf.tidy(() => {
    const image = tf.reshape<tf.Rank.R4>(tf.sin(tf.range(0, 2 * 6 * 5 * 3)), [2, 6, 5, 3]);
    const filter = tf.reshape<tf.Rank.R4>(tf.cos(tf.range(0, 3 * 3 * 3 * 2)), [3, 3, 3, 2]);
    // XNNPACK, which has its own memory, computes these
    const separate = tf.depthwiseConv2d(image, filter, 1, 'same');
    const dilated = tf.conv2d(image, filter, 1, 'same', 'NHWC', 2);
    const pooled = tf.maxPool(image, 2, 2, 'valid');
    const product = tf.matMul(tf.reshape(image, [12, 15]), tf.reshape(image, [12, 15]), true);
    return tf.concat([separate, dilated, pooled, product].map((x) => tf.reshape<tf.Rank.R1>(x, [-1])));
  });
  const values = await results.data();
  results.dispose();
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}
