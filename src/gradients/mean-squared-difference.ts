import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { fused } from './fused.js';

/** The mean of (a - b)^2 over all numbers; its gradient is one product with the difference. */
export function meanSquaredDifference(a: Tensor, b: Tensor): Scalar {
  return fused(
    {
      own: ['MeanSquaredDifference'],
      plain: (x, y) => tf.mean(tf.square(tf.sub(x, y))),
      forward: (x, y) => {
        const difference = tf.sub(x, y);
        return { value: tf.mean(tf.square(difference)), saved: [difference] };
      },
      gradients: (dy, [difference]) => {
        const times = (n: number): Tensor => tf.mul(tf.div(dy, n / 2), difference!);
        return [() => times(a.size), () => times(-a.size)];
      },
    },
    a,
    b,
  ) as Scalar;
}
