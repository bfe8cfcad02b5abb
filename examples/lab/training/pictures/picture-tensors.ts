import * as tf from '@tensorflow/tfjs-core';
import type { Pictures } from '../../experiment/pictures.js';

/** The first n pictures of a set, from 0 to 1, `[n, height, width, channels]`. */
export function firstPictures({ data, shape: [count, ...shape] }: Pictures, n: number): tf.Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  const kept = Math.min(count, n);
  return tf.tidy(() =>
    tf.div(tf.tensor(Float32Array.from(data.subarray(0, kept * size)), [kept, ...shape], 'float32'), 255),
  );
}

/** Pictures from 0 to 1 as whole numbers from 0 to 255, which are posted as bytes. */
export const toBytes = (x: tf.Tensor): tf.Tensor =>
  tf.tidy(() => tf.cast(tf.round(tf.mul(tf.clipByValue(x, 0, 1), 255)), 'int32'));

/** Pictures on the straight ways between pairs of rows, the first and last of which are the pairs themselves: `[pairs * stops, size]`. */
export function between(rows: tf.Tensor, stops: number): tf.Tensor {
  return tf.tidy(() => {
    const [count, size] = rows.shape as [number, number];
    const [from, to] = tf.split(tf.reshape(rows, [count / 2, 2, size]), 2, 1) as [tf.Tensor, tf.Tensor];
    const share = tf.reshape(tf.linspace(0, 1, stops), [1, stops, 1]);
    return tf.reshape(tf.add(tf.mul(tf.sub(1, share), from), tf.mul(share, to)), [-1, size]);
  });
}
