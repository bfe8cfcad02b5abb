import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { customGradient, type Gradients, type OwnName } from './custom-gradient.js';
import { gradientDepth } from './tape.js';

/** An operation in few kernels, and the same one composed of tfjs's operations. */
export interface FusedOperation<Inputs extends readonly Tensor[]> {
  /** The operation composed of operations that can be differentiated twice. */
  readonly plain: (...inputs: Inputs) => Tensor;
  /** The value, and what the gradients need; it may use any kernel, because no tape records them. */
  readonly forward: (...inputs: Inputs) => { readonly value: Tensor; readonly saved: readonly Tensor[] };
  /** The gradient with respect to each input, computed from what `forward` saved. */
  readonly gradients: Gradients<Inputs>;
  /** The name by which a backend may replace `forward` and `gradients`. */
  readonly own?: OwnName;
}

/**
 * Runs an operation fused, with its own first derivative, or plain if it is inside nested gradients. So second
 * derivatives are correct, although the fused gradients use saved numbers that are not connected to the inputs.
 */
export function fused<Inputs extends readonly Tensor[]>(operation: FusedOperation<Inputs>, ...inputs: Inputs): Tensor {
  const { plain, forward, gradients, own } = operation;
  if (gradientDepth() > 1) return tf.tidy(() => plain(...inputs));
  return customGradient(
    inputs,
    () => {
      const { value, saved } = forward(...inputs);
      return [value, [...saved]];
    },
    gradients,
    own,
  );
}
