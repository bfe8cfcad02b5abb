import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gradientDepth } from '../gradients/tape.js';
import { hasKernel, runKernel } from '../tensor/own-kernels.js';

/** A kernel that adds up terms of each row, and that of its gradients. A backend has both or neither. */
export interface RowKernel {
  readonly value: string;
  readonly gradient: string;
}

/** Both kernels for inputs of one shape, whose other axes are those of the rows. */
export interface RowSums {
  /** The sums over the axes, which are kept with size 1. */
  value(): Tensor;
  /** The gradients, from that of the sums. */
  gradient<T extends Tensor | Tensor[]>(dy: Tensor): T;
}

/** The kernels, unless the backend lacks them, the axes are not the last ones, the shapes differ, or gradients are nested. */
export function rowSums(
  kernel: RowKernel,
  inputs: Readonly<Record<string, Tensor>>,
  axes: readonly number[],
): RowSums | undefined {
  const [{ shape, size }, ...others] = Object.values(inputs) as [Tensor, ...Tensor[]];
  const leading = shape.slice(0, shape.length - axes.length);
  const isUsable =
    hasKernel(kernel.value) &&
    gradientDepth() <= 1 &&
    size > 0 &&
    axes.every((axis) => axis >= leading.length) &&
    others.every((x) => tf.util.arraysEqual(x.shape, shape));
  if (!isUsable) return undefined;
  return {
    value: () => {
      const sums = runKernel<Tensor>(kernel.value, inputs, { rows: tf.util.sizeFromShape(leading) });
      return tf.reshape(sums, [...leading, ...axes.map(() => 1)]);
    },
    gradient: (dy) => runKernel(kernel.gradient, { ...inputs, dy }),
  };
}
