import * as tf from '@tensorflow/tfjs-core';

// This library's own kernels, which tfjs does not have. A backend with such a kernel does not have to run the kernels of which the
// operation otherwise consists. They are never differentiated: they run inside operations that define their gradients.

/** Attributes: `shape` and `words`, the state of a stream, advanced in place. Output: its standard normals. */
export const NORMALS_KERNEL = 'GenerativeNormals';

/** Attributes: the same, and `low`, `high` and `last`, the largest number below `high`. Output: uniform numbers from `low` to `last`. */
export const UNIFORMS_KERNEL = 'GenerativeUniforms';

/** `x`, `scale`, `offset`; attributes: `NormalizeNumbers`. Outputs: y; means and variances `[examples, channels]` or `[examples, groups]`. */
export const NORMALIZE_KERNEL = 'GenerativeNormalize';

/** `x`, `dy`, `scale`, `means`, `variances`; the same attributes. Outputs: dx, dScale, dOffset. */
export const NORMALIZE_GRADIENT_KERNEL = 'GenerativeNormalizeGradient';

/** `movingMean`, `movingVariance`, `mean`, `variance`; attributes: `StatisticsShares`. Outputs: the first two, moved; they must not be used again. */
export const MOVE_STATISTICS_KERNEL = 'GenerativeMoveStatistics';

/** moving * kept + new * share */
export interface StatisticsShares {
  readonly kept: number;
  readonly meanShare: number;
  readonly varianceShare: number;
}

/** `y`, `dy`. Output: the gradient of a softmax over the last axis with the output y. */
export const SOFTMAX_GRADIENT_KERNEL = 'GenerativeSoftmaxGradient';

/** `a` and `b`, matrices, and `bias`; attributes of tfjs's fused product. Output: activation(a b + bias). */
export const DENSE_KERNEL = 'GenerativeDense';

/** `dy` and `y`; attribute: `alpha`. Output: dy, times alpha where y is not above 0. */
export const SLOPE_KERNEL = 'GenerativeSlope';

/** `x`. Output: x sigmoid(x). A backend has this kernel and the next, or neither. */
export const SWISH_KERNEL = 'GenerativeSwish';

/** `x`, `dy`. Output: the gradient of x sigmoid(x). */
export const SWISH_GRADIENT_KERNEL = 'GenerativeSwishGradient';

/** `x`. Output: gelu(x). A backend has this kernel and the next, or neither. */
export const GELU_KERNEL = 'GenerativeGelu';

/** `x`, `dy`. Output: the gradient of gelu. */
export const GELU_GRADIENT_KERNEL = 'GenerativeGeluGradient';

/** `x`, `dy`. Output: dy times the slope of the elementwise function of this name at x. */
export function gradientKernelOf(name: string): string {
  return `Generative${name[0]!.toUpperCase()}${name.slice(1)}Gradient`;
}

/** `z`, `means`, `logVariances`, `logWeights`. Output: log w_k + log N(z; m_k, exp(l_k)), `[rows, components]`. */
export const MIXTURE_KERNEL = 'GenerativeMixture';

/** `x`, projections; attributes: `AttentionNumbers`. Outputs: y, and what the gradient needs. A backend has this kernel and the next, or neither. */
export const ATTENTION_KERNEL = 'GenerativeAttention';

/** `x`, `weights`, the second output, and `dy`; the same attributes. Output: dx. */
export const ATTENTION_GRADIENT_KERNEL = 'GenerativeAttentionGradient';

/** Perhaps `x`, and `s0`, `s1`, ... Output: `x`, or a zero, with NaN as its first number if a number of `s0`, ... is not finite. */
export const FLAW_KERNEL = 'GenerativeFlaw';

/**
 * Perhaps `c1`; `c0`, `a0`, `a1`, ... and `b0`, `b1`, ... Outputs: `a0`, ... if the scalar `c0` is 1 or equals `c1`, otherwise `b0`, ...
 * Unless others share their numbers, `a0`, ... must not be used again.
 */
export const CHOOSE_KERNEL = 'GenerativeChoose';

/**
 * `a0`, ... and `x0`, ...; attributes: `share`, and `mayOverflow`. Outputs: a + share (x - a), or a, if `mayOverflow`, where that is
 * not finite. Unless others share their numbers, `a0`, ... must not be used again.
 */
export const AVERAGE_KERNEL = 'GenerativeAverage';

/** `g0`, `g1`, ...; attribute: `norm`. Outputs: these gradients, scaled down to the global norm. */
export const CLIP_KERNEL = 'GenerativeClip';

/** Inputs of a kernel: `x0`, `x1`, ... for the letter x. */
export function numbered(letter: string, tensors: readonly tf.Tensor[]): Record<string, tf.Tensor> {
  return Object.fromEntries(tensors.map((tensor, i) => [letter + i, tensor]));
}

/** Whether the current backend has this kernel. */
export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) != null;
}

/** Runs a kernel; call it only where no tape records it. */
export function runKernel<Output extends tf.Tensor | tf.Tensor[]>(
  kernelName: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: object = {},
): Output {
  return tf.engine().runKernel<Output>(kernelName, inputs, attributes as tf.NamedAttrMap);
}
