import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { customGradient, type Gradients } from './custom-gradient.js';
import { gradientDepth } from './tape.js';

/** An operation in few kernels, beside the same one in tfjs's own operations. */
export interface FusedOperation<Inputs extends readonly Tensor[]> {
  /** The same in operations that can be differentiated twice. */
  readonly plain: (...inputs: Inputs) => Tensor;
  /** The value, and what the gradients need; any kernels, as no tape records them. */
  readonly forward: (...inputs: Inputs) => { readonly value: Tensor; readonly saved: readonly Tensor[] };
  /** The gradient in each input, of what `forward` saved. */
  readonly gradients: Gradients<Inputs>;
}

/**
 * Runs an operation fused, with its own first derivative; or plain where a gradient is taken of a gradient, so that second
 * derivatives are right although the gradients come from numbers that have no way back to the inputs.
 */
export function fused<Inputs extends readonly Tensor[]>(operation: FusedOperation<Inputs>, ...inputs: Inputs): Tensor {
  const { plain, forward, gradients } = operation;
  if (gradientDepth() > 1) return tf.tidy(() => plain(...inputs));
  return customGradient(
    inputs,
    (save) => {
      const { value, saved } = forward(...inputs);
      save([...saved]);
      return value;
    },
    gradients,
  );
}
