import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';

/** A gradient as tfjs registers it, without the name of its kernel. */
export type RegisteredGradient = Omit<GradConfig, 'kernelName'>;

/** Gradients of kernels that have none in tfjs, by the kernel's name. */
export type Additions = Readonly<Record<string, () => RegisteredGradient>>;

/** Replacements for gradients that tfjs has, by the kernel's name. */
export type Replacements = Readonly<Record<string, (original: RegisteredGradient) => RegisteredGradient>>;

/** Runs a kernel that returns one tensor; like an operation, it is recorded on the tape. */
export function run(kernelName: string, inputs: Readonly<Record<string, Tensor>>, attributes: object = {}): Tensor {
  return tf.engine().runKernel(kernelName, inputs, attributes as NamedAttrMap);
}
