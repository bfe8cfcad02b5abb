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

/** `x`, `dy`. Output: dy times the slope of the elementwise function of this name at x; that of swish is {@link SWISH_GRADIENT_KERNEL}. */
export function gradientKernelOf(name: string): string {
  return `Generative${name[0]!.toUpperCase()}${name.slice(1)}Gradient`;
}

/** `timesteps`, int32 `[batch]`, `turns`, `[size]`: turns for each step. Output: sines of the first half, cosines of the second. */
export const WAVES_KERNEL = 'GenerativeWaves';

/** `mean`, `logVariance`, `noise`, which may have a leading axis of samples. Output: mean + exp(logVariance / 2) noise. */
export const GAUSSIAN_SAMPLE_KERNEL = 'GenerativeGaussianSample';

/** `logVariance`, `noise`, `dy`. Output: the gradient with respect to logVariance, of the noise's shape. */
export const GAUSSIAN_SAMPLE_GRADIENT_KERNEL = 'GenerativeGaussianSampleGradient';

/** `a`, `b`, and `weights`, a pair for each example. Output: their weighted sum. */
export const MIX_KERNEL = 'GenerativeMix';

/** `x`, `[batch, ..., c]`, `vectors`, `[batch, 2 c]`. Output: x (1 + scale) + shift. */
export const SCALE_AND_SHIFT_KERNEL = 'GenerativeScaleAndShift';

/** `x`, `vectors`, `dy`. Outputs: the gradients with respect to x and vectors. */
export const SCALE_AND_SHIFT_GRADIENT_KERNEL = 'GenerativeScaleAndShiftGradient';

/** `x`, `logits`, of the same shape; attribute: `rows`. Output: the log-likelihood of each row. */
export const BERNOULLI_KERNEL = 'GenerativeBernoulli';

/** `x`, `logits`, and `dy`, a number for each row. Output: the gradient with respect to the logits. */
export const BERNOULLI_GRADIENT_KERNEL = 'GenerativeBernoulliGradient';

/** `mean`, `logVariance`; attribute: `rows`. Output: KL(N(mean, exp(logVariance)) || N(0, 1)) of each row. */
export const GAUSSIAN_KL_KERNEL = 'GenerativeGaussianKl';

/** `mean`, `logVariance`, and `dy`, a number for each row. Outputs: the gradients with respect to both. */
export const GAUSSIAN_KL_GRADIENT_KERNEL = 'GenerativeGaussianKlGradient';

/** `x`; attribute: `sign`. Output: the mean of softplus(sign x), a scalar. */
export const MEAN_SOFTPLUS_KERNEL = 'GenerativeMeanSoftplus';

/** `x`, `dy`, a scalar; attribute: `sign`. Output: the gradient of that. */
export const MEAN_SOFTPLUS_GRADIENT_KERNEL = 'GenerativeMeanSoftplusGradient';

/** `a`, `b`, of the same shape. Outputs: the mean of (a - b)^2, a scalar, and a - b. */
export const MEAN_SQUARED_DIFFERENCE_KERNEL = 'GenerativeMeanSquaredDifference';

/** `z`, `means`, `logVariances`, `logWeights`. Output: log w_k + log N(z; m_k, exp(l_k)), `[rows, components]`. */
export const MIXTURE_KERNEL = 'GenerativeMixture';

/** `x`, projections; attributes: `AttentionNumbers`. Outputs: y, and what the gradient needs. A backend has this kernel and the next, or neither. */
export const ATTENTION_KERNEL = 'GenerativeAttention';

/** `x`, `weights`, the second output, and `dy`; the same attributes. Output: dx. */
export const ATTENTION_GRADIENT_KERNEL = 'GenerativeAttentionGradient';

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
