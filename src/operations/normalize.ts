import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { fused } from '../gradients/fused.js';
import { hasKernel, NORMALIZE_KERNEL, NORMALIZE_GRADIENT_KERNEL, runKernel } from '../tensor/own-kernels.js';

/** How `[..., channels]` is viewed as `[examples, rows, groups, size]`: each group of each example is normalised separately. */
export interface Normalization {
  readonly examples: number;
  readonly groups: number;
  /** Added to the variance. */
  readonly epsilon: number;
  /** Called with the mean and the variance, `[examples, 1, groups, 1]`, except in nested gradients. */
  readonly onStatistics?: ((mean: Tensor, variance: Tensor) => void) | undefined;
}

/** The attributes of the kernels. */
export interface NormalizeNumbers {
  readonly examples: number;
  readonly groups: number;
  readonly epsilon: number;
}

/**
 * Gives each example and group the mean 0 and the variance 1, then each channel a scale and an offset.
 *
 * output = scale * (x - mean) / sqrt(variance + epsilon) + offset, with the mean and biased variance over rows and size
 *
 * Group, layer and batch norm are special cases with different views. With n numbers in a group, r = 1 / sqrt(variance + epsilon),
 * c = x - mean and g = scale * dy, the gradient is dx = r g - r sum(g) / n - c r^3 sum(g c) / n.
 *
 * @param x - float32 `[..., channels]`
 * @param scale - `[channels]`
 * @param offset - `[channels]`
 * @param options - the view, see {@link Normalization}
 * @returns a tensor of x's shape; the caller disposes it
 */
export function normalize(x: Tensor, scale: Tensor, offset: Tensor, options: Normalization): Tensor {
  const { examples, groups, epsilon, onStatistics } = options;
  const channels = scale.size;
  const view = [examples, x.size / Math.max(1, examples * channels), groups, channels / groups];
  /** One number per group; from `[examples, channels]`, the same number of all channels of a group. */
  const ofGroups = (x: Tensor): Tensor => {
    if (x.size === examples * groups) return tf.reshape(x, [examples, 1, groups, 1]);
    const spread = tf.reshape(x, [examples, 1, groups, channels / groups]);
    return tf.slice(spread, [0, 0, 0, 0], [examples, 1, groups, 1]);
  };
  const perChannel = [1, 1, groups, channels / groups];
  const inOneKernel = hasKernel(NORMALIZE_KERNEL);
  const numbers: NormalizeNumbers = { examples, groups, epsilon };
  return fused(
    {
      plain: (input, scales, offsets) => {
        const { centered, variance } = momentsOf(tf.reshape(input, view));
        const normal = tf.div(centered, tf.sqrt(tf.add(variance, epsilon)));
        const scaled = tf.mul(normal, tf.reshape(scales, perChannel));
        return tf.reshape(tf.add(scaled, tf.reshape(offsets, perChannel)), input.shape);
      },
      forward: (input, scales, offsets) => {
        if (inOneKernel) {
          const inputs = { x: input, scale: scales, offset: offsets };
          const [value, means, variances] = runKernel<[Tensor, Tensor, Tensor]>(NORMALIZE_KERNEL, inputs, numbers);
          onStatistics?.(ofGroups(means), ofGroups(variances));
          return { value, saved: [input, scales, means, variances] };
        }
        const { mean, centered, variance } = momentsOf(tf.reshape(input, view));
        onStatistics?.(mean, variance);
        const inverse = tf.rsqrt(tf.add(variance, epsilon));
        const factor = tf.mul(inverse, tf.reshape(scales, perChannel));
        const value = tf.add(tf.mul(centered, factor), tf.reshape(offsets, perChannel));
        return { value: tf.reshape(value, input.shape), saved: [centered, inverse, factor] };
      },
      gradients: (dy, saved) => {
        if (inOneKernel) {
          const [input, scales, means, variances] = saved as [Tensor, Tensor, Tensor, Tensor];
          const inputs = { x: input, dy, scale: scales, means, variances };
          const made = runKernel<[Tensor, Tensor, Tensor]>(NORMALIZE_GRADIENT_KERNEL, inputs, numbers);
          return [() => made[0], () => made[1], () => made[2]];
        }
        const [centered, inverse, factor] = saved as [Tensor, Tensor, Tensor];
        const rows = view[1]!;
        const slope = tf.reshape(dy, view);
        // All three gradients come from these means over the rows; the large product is freed at once.
        const first = meanOver([1], slope);
        const second = tf.tidy(() => tf.mul(meanOver([1], tf.mul(slope, centered)), inverse));
        const total = (means: Tensor): Tensor => {
          const sums = rows === 1 ? means : tf.mul(means, rows);
          return tf.reshape(examples === 1 ? sums : tf.sum(sums, 0), [channels]);
        };
        return [
          () => {
            const shift = meanOver([3], tf.mul(first, factor));
            const pull = tf.mul(meanOver([3], tf.mul(second, factor)), inverse);
            const away = tf.add(tf.mul(centered, pull), shift);
            return tf.reshape(tf.sub(tf.mul(slope, factor), away), dy.shape);
          },
          () => total(second),
          () => total(first),
        ];
      },
    },
    x,
    scale,
    offset,
  );
}

function momentsOf(x: Tensor): { mean: Tensor; centered: Tensor; variance: Tensor } {
  const mean = meanOver([1, 3], x);
  const centered = tf.sub(x, mean);
  return { mean, centered, variance: meanOver([1, 3], tf.square(centered)) };
}

/** The mean over axes that are kept. Axes of size 1 are skipped: for them the kernels would first transpose the tensor. */
function meanOver(axes: readonly number[], x: Tensor): Tensor {
  const long = axes.filter((axis) => x.shape[axis] !== 1);
  return long.length === 0 ? x : tf.mean(x, long, true);
}
