import * as tf from '@tensorflow/tfjs-core';
import { recorder } from './recorder.js';

// This library's own kernels, which tfjs does not have. A backend with such a kernel does not have to run the kernels of which the
// operation otherwise consists. They are never differentiated: they run inside operations that define their gradients.

/** The whole update of Adam for one piece. */
export const ADAM_KERNEL = 'GenerativeAdam';

/** Attributes: `shape` and `words`, the state of a stream, advanced in place. Output: its standard normals. */
export const NORMALS_KERNEL = 'GenerativeNormals';

/** Attributes: the same, and `low`, `high` and `last`, the largest number below `high`. Output: uniform numbers from `low` to `last`. */
export const UNIFORMS_KERNEL = 'GenerativeUniforms';

/** `x`, `scale`, `offset`; attributes: `NormalizeNumbers`. Outputs: y; means and variances `[examples, channels]` or `[examples, groups]`. */
export const NORMALIZE_KERNEL = 'GenerativeNormalize';

/** `x`, `dy`, `scale`, `means`, `variances`; the same attributes. Outputs: dx, dScale, dOffset. */
export const NORMALIZE_GRADIENT_KERNEL = 'GenerativeNormalizeGradient';

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

/** `z`, `means`, `logVariances`, `logWeights`. Output: log w_k + log N(z; m_k, exp(l_k)), `[rows, components]`. */
export const MIXTURE_KERNEL = 'GenerativeMixture';

/** `x`, projections; attributes: `AttentionNumbers`. Outputs: y, and what the gradient needs. A backend has this kernel and the next, or neither. */
export const ATTENTION_KERNEL = 'GenerativeAttention';

/** `x`, `weights`, the second output, and `dy`; the same attributes. Output: dx. */
export const ATTENTION_GRADIENT_KERNEL = 'GenerativeAttentionGradient';

/** Whether the current backend has this kernel; a recording consists of tfjs's. */
export function hasKernel(kernelName: string): boolean {
  return recorder() === undefined && tf.getKernel(kernelName, tf.getBackend()) != null;
}

/** What the current backend, or a recorder, has in place of an operation of this library: a function that gets what the operation got. */
export function ownOperation<Operation>(name: string): Operation | undefined {
  const recording = recorder();
  if (recording) return recording.operation(name) as Operation | undefined;
  return (tf.getKernel(`Generative${name}`, tf.getBackend()) as { readonly operation?: Operation } | undefined)
    ?.operation;
}

/** Runs a kernel; call it only where no tape records it. */
export function runKernel<Output extends tf.Tensor | tf.Tensor[]>(
  kernelName: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: object = {},
): Output {
  return tf.engine().runKernel<Output>(kernelName, inputs, attributes as tf.NamedAttrMap);
}
