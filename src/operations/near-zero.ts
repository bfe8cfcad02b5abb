import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The two ways to compute one function: a series around 0 and a closed form away from it. */
export interface TwoForms {
  readonly series: (x: Tensor) => Tensor;
  readonly closed: (x: Tensor) => Tensor;
}

/**
 * `series(x)` for |x| <= 1 and `closed(x)` beyond, elementwise. Each form is computed only on numbers from its own side
 * (the others are replaced by 1/2 or 1), so that neither its value nor its gradient is NaN. The choice is made with tf.step,
 * which has a zero gradient; tf.where has no gradient for its condition.
 */
export function nearZero(x: Tensor, { series, closed }: TwoForms): Tensor {
  const far = tf.step(tf.sub(tf.abs(x), 1));
  const near = tf.sub(1, far);
  const inside = tf.mul(near, series(tf.add(tf.mul(x, near), tf.mul(0.5, far))));
  return tf.add(inside, tf.mul(far, closed(tf.add(tf.mul(x, far), near))));
}

/** A polynomial in x with two coefficients or more, c[0] + c[1] x + ..., by Horner's rule. */
export function polynomial(x: Tensor, coefficients: readonly [number, number, ...number[]]): Tensor {
  const [highest, ...lower] = [...coefficients].reverse() as [number, ...number[]];
  return lower.reduce<Tensor | number>((sum, c) => tf.add(tf.mul(sum, x), c), highest) as Tensor;
}
