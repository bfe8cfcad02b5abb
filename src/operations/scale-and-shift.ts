import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { fused } from '../gradients/fused.js';
import {
  hasKernel,
  runKernel,
  SCALE_AND_SHIFT_GRADIENT_KERNEL,
  SCALE_AND_SHIFT_KERNEL,
} from '../tensor/own-kernels.js';

/**
 * Scales and shifts each channel of each example: x (1 + scale) + shift.
 *
 * @param x - `[batch, ..., c]`
 * @param vectors - `[batch, 2 c]`: all scales of an example, then its shifts
 * @returns a tensor of x's shape; to be called inside a tidy
 */
export function scaleAndShift(x: Tensor, vectors: Tensor): Tensor {
  const channels = x.shape.at(-1)!;
  const positions = x.shape.slice(1, -1);
  const perChannel = [x.shape[0], ...positions.map(() => 1), channels];
  const apply = (input: Tensor, both: Tensor): { value: Tensor; factor: Tensor } => {
    const [scale, shift] = tf.split(both, 2, 1).map((part) => tf.reshape(part, perChannel));
    const factor = tf.add(scale!, 1);
    return { value: tf.add(tf.mul(input, factor), shift!), factor };
  };
  const total = (gradient: Tensor): Tensor =>
    positions.length === 0
      ? gradient
      : tf.sum(
          gradient,
          [...positions.keys()].map((axis) => axis + 1),
        );
  const inOneKernel = hasKernel(SCALE_AND_SHIFT_KERNEL);
  return fused(
    {
      plain: (input, both) => apply(input, both).value,
      forward: (input, both) => {
        if (inOneKernel) {
          return {
            value: runKernel<Tensor>(SCALE_AND_SHIFT_KERNEL, { x: input, vectors: both }),
            saved: [input, both],
          };
        }
        const { value, factor } = apply(input, both);
        return { value, saved: [input, factor] };
      },
      gradients: (dy, [input, other]) => {
        if (inOneKernel) {
          const inputs = { x: input!, vectors: other!, dy };
          const made = runKernel<[Tensor, Tensor]>(SCALE_AND_SHIFT_GRADIENT_KERNEL, inputs);
          return [() => made[0], () => made[1]];
        }
        return [() => tf.mul(dy, other!), () => tf.tidy(() => tf.concat([total(tf.mul(dy, input!)), total(dy)], 1))];
      },
    },
    x,
    vectors,
  );
}
