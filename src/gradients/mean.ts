import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { hasKernel, MEAN_SQUARED_DIFFERENCE_KERNEL, runKernel } from '../tensor/own-kernels.js';
import { customGradient } from './custom-gradient.js';
import { fused } from './fused.js';
import { isPowerOfTwo } from './is-power-of-two.js';

/**
 * The mean of all numbers. tfjs's own has the same bits, and a gradient in two kernels, of which a GPU runs at least the division: it is exact
 * to multiply by the inverse of a power of two, which tfjs does on the host for a small batch.
 */
export function mean(x: Tensor): Scalar {
  const { shape, size } = x;
  return customGradient(
    [x],
    () => [tf.mean(x), []],
    (dy) => [
      () =>
        isPowerOfTwo(size)
          ? tf.mul(dy, tf.tensor(new Float32Array(size).fill(1 / size), shape))
          : tf.div(tf.mul(dy, tf.ones(shape)), size),
    ],
  ) as Scalar;
}

/** The mean of (a - b)^2 over all numbers; its gradient is one product with the difference. */
export function meanSquaredDifference(a: Tensor, b: Tensor): Scalar {
  const { size } = a;
  return fused(
    {
      plain: (x, y) => mean(tf.square(tf.sub(x, y))),
      forward: (x, y) => {
        if (size > 0 && tf.util.arraysEqual(x.shape, y.shape) && hasKernel(MEAN_SQUARED_DIFFERENCE_KERNEL)) {
          const [value, difference] = runKernel<[Tensor, Tensor]>(MEAN_SQUARED_DIFFERENCE_KERNEL, { a: x, b: y });
          return { value, saved: [difference] };
        }
        const difference = tf.sub(x, y);
        return { value: tf.mean(tf.square(difference)), saved: [difference] };
      },
      gradients: (dy, [difference]) => {
        const times = (sign: number): Tensor => {
          const half = (sign * size) / 2;
          return tf.mul(isPowerOfTwo(size) ? tf.mul(dy, 1 / half) : tf.div(dy, half), difference!);
        };
        return [() => times(1), () => times(-1)];
      },
    },
    a,
    b,
  ) as Scalar;
}
