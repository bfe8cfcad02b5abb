import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';

/** A gradient as tfjs registers it, without the name of its kernel. */
export type RegisteredGradient = Omit<GradConfig, 'kernelName'>;

/** Gradients of kernels that have none in tfjs, by the kernel's name. */
export type Additions = Readonly<Record<string, () => RegisteredGradient>>;

/** Replacements for gradients that tfjs has, by the kernel's name. */
export type Replacements = Readonly<Record<string, (original: RegisteredGradient) => RegisteredGradient>>;

/**
 * The key of a mark that all copies of this library on a page share: a gradient that has it is one of ours. Its value is the gradient that
 * was registered before, if any.
 */
const MARK = 'tfjs-generative.repaired';

/** The registered gradient of a kernel, if any: tfjs's types wrongly promise one for every kernel. */
export function registered(kernelName: string): GradConfig | undefined {
  return tf.getGradient(kernelName);
}

/** Whether a registered gradient is one of ours. */
export function isOwn(gradient: RegisteredGradient): boolean {
  return Symbol.for(MARK) in gradient;
}

/** Registers the gradients of those kernels that have none. */
export function registerMissing(...lists: readonly Additions[]): void {
  for (const [kernelName, gradient] of lists.flatMap((list) => Object.entries(list))) {
    if (registered(kernelName) === undefined) register(kernelName, gradient());
  }
}

/** Registers a gradient of ours with the mark, which is not in tfjs's types. */
export function register(kernelName: string, gradient: RegisteredGradient, before?: GradConfig): void {
  const config: GradConfig & Readonly<Record<symbol, unknown>> = {
    kernelName,
    [Symbol.for(MARK)]: before,
    ...gradient,
  };
  tf.registerGradient(config);
}

/** Runs a kernel that returns one tensor; like an operation, it is recorded on the tape. */
export function run(kernelName: string, inputs: Readonly<Record<string, Tensor>>, attributes: object = {}): Tensor {
  return tf.engine().runKernel(kernelName, inputs, attributes as NamedAttrMap);
}
