import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The gradients of an operation in each of its inputs, as functions, of that of its value and of what was saved. */
export type Gradients<Inputs extends readonly Tensor[]> = (
  dy: Tensor,
  saved: readonly Tensor[],
) => { readonly [Index in keyof Inputs]: () => Tensor };

/**
 * Runs an operation with a gradient of its own.
 *
 * tf.customGrad would compute the gradients in all inputs, also in those that nobody asks for: in a generator's update the
 * discriminator's weights.
 *
 * @param inputs - what it can be differentiated in
 * @param forward - gives the value, by any kernels, as no tape records them; `save` keeps what the gradients need
 * @param gradients - only those that are asked for are computed, but for what they share. To be differentiated again they
 * are computed from saved inputs, by operations with a right first derivative.
 */
export function customGradient<Inputs extends readonly Tensor[]>(
  inputs: Inputs,
  forward: (save: (saved: Tensor[]) => void) => Tensor,
  gradients: Gradients<Inputs>,
): Tensor {
  return (tf.engine() as unknown as CustomGradientEngine).runKernelFunc({
    forwardFunc: (_, save) => {
      // kept at the end: what tfjs has kept when a kernel throws, it does not free
      const saved: Tensor[] = [];
      const value = forward((tensors) => void saved.push(...tensors));
      save(saved);
      return value;
    },
    backwardsFunc: gradients,
    inputs,
  });
}

/** What tf.customGrad itself calls; it takes gradients as functions. tfjs 4 does not declare it as public. */
interface CustomGradientEngine {
  runKernelFunc(call: {
    forwardFunc: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor;
    backwardsFunc: (dy: Tensor, saved: readonly Tensor[]) => object;
    inputs: object;
  }): Tensor;
}
