import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { hasKernel, numbered, runKernel } from '../tensor/own-kernels.js';
import { customGradient, type Gradients } from './custom-gradient.js';
import { gradientDepth } from './tape.js';

/** An operation in few kernels, and the same one composed of tfjs's operations. */
export interface FusedOperation<Inputs extends readonly Tensor[]> {
  /** The operation composed of operations that can be differentiated twice. */
  readonly plain: (...inputs: Inputs) => Tensor;
  /** The value, and what the gradients need; it may use any kernel, because no tape records them. `plain` by default. */
  readonly forward?: (...inputs: Inputs) => { readonly value: Tensor; readonly saved: readonly Tensor[] };
  /** The gradient with respect to each input, computed from what `forward` saved. */
  readonly gradients?: Gradients<Inputs>;
  /** The kernel of a backend that takes the place of `forward`, if these inputs allow it. */
  readonly kernel?: OwnKernel | false | undefined;
}

/**
 * A kernel of ours, which tfjs does not have: `Generative` and its name. Its inputs are `x0`, `x1`, ...; its outputs are the value, and what the
 * gradients need. If there is another one with `Gradient` behind the name, that one takes the inputs, those outputs and `dy`, and gives the
 * gradient of each input; otherwise `gradients` does, from those outputs.
 */
export interface OwnKernel {
  readonly name: string;
  readonly attributes?: () => object;
}

/**
 * Runs an operation fused, with its own first derivative, or plain if it is inside nested gradients. So second
 * derivatives are correct, although the fused gradients use saved numbers that are not connected to the inputs.
 */
export function fused<Inputs extends readonly Tensor[]>(operation: FusedOperation<Inputs>, ...inputs: Inputs): Tensor {
  const { plain, forward, gradients, kernel } = operation;
  const own = kernel && inputs.every(({ size }) => size > 0) ? `Generative${kernel.name}` : '';
  const inOneKernel = hasKernel(own);
  if (gradientDepth() > 1 || !(inOneKernel || forward)) return tf.tidy(() => plain(...inputs));
  const hasGradient = hasKernel(`${own}Gradient`);
  const attributes = inOneKernel && kernel ? kernel.attributes?.() : undefined;
  return customGradient(
    inputs,
    () => {
      if (!inOneKernel) {
        const { value, saved } = forward!(...inputs);
        return [value, [...saved]];
      }
      const [value, ...others] = [runKernel(own, numbered('x', inputs), attributes)].flat() as [Tensor];
      return [value, hasGradient ? [...inputs, ...others] : others];
    },
    (dy, saved) => {
      if (!hasGradient) return gradients!(dy, saved);
      const made = [runKernel(`${own}Gradient`, { ...numbered('x', saved), dy }, attributes)].flat();
      return inputs.map((_, i) => () => made[i]!) as never;
    },
  );
}
