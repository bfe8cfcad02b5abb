import * as tf from '@tensorflow/tfjs-core';
import type { Pictures } from '../../experiment/pictures.js';
import { PICTURES } from '../sizes.js';

/** The first pictures of a set, from 0 to 1, `[n, height, width, channels]`, and their classes if the model gets them. */
export function firstPictures(
  { data, shape: [count, ...shape], labels }: Pictures,
  classes: number | undefined,
  most: number = PICTURES.compared,
): { readonly x: tf.Tensor; readonly condition: tf.Tensor1D | undefined } {
  const size = shape.reduce((product, side) => product * side, 1);
  const kept = Math.min(count, most);
  return {
    x: tf.tidy(() =>
      tf.div(tf.tensor(Float32Array.from(data.subarray(0, kept * size)), [kept, ...shape], 'float32'), 255),
    ),
    condition: classes === undefined ? undefined : tf.tensor1d(Int32Array.from(labels!.subarray(0, kept)), 'int32'),
  };
}

/** The number of samples to show: if the model gets classes, whole rows with each class in turn. */
export const shownOf = (count: number, classes: number | undefined): number =>
  classes === undefined ? count : classes * Math.max(1, Math.round(count / classes));

/** Pictures from 0 to 1 as whole numbers from 0 to 255, which are posted as bytes. */
export const toBytes = (x: tf.Tensor): tf.Tensor =>
  tf.tidy(() => tf.cast(tf.round(tf.mul(tf.clipByValue(x, 0, 1), 255)), 'int32'));

/** Pictures on the straight ways between pairs of rows, the first and last of which are the pairs themselves: `[pairs * stops, size]`. */
export function between(rows: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const { stops } = PICTURES;
    const [count, size] = rows.shape as [number, number];
    const [from, to] = tf.split(tf.reshape(rows, [count / 2, 2, size]), 2, 1) as [tf.Tensor, tf.Tensor];
    const share = tf.reshape(tf.linspace(0, 1, stops), [1, stops, 1]);
    return tf.reshape(tf.add(tf.mul(tf.sub(1, share), from), tf.mul(share, to)), [-1, size]);
  });
}

/** The same for classes: shares of the two at the ends. */
export const betweenClasses = (labels: tf.Tensor1D | undefined, classes: number | undefined): tf.Tensor | undefined =>
  labels && between(tf.cast(tf.oneHot(labels, classes!), 'float32'));
