import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { ownOperation } from '../tensor/own-kernels.js';

/** Functions that compute an operation's gradient with respect to each input, given its output's gradient and what was saved. */
export type Gradients<Inputs extends readonly Tensor[]> = (
  dy: Tensor,
  saved: readonly Tensor[],
) => { readonly [Index in keyof Inputs]: () => Tensor };

/** An operation with its own gradient. */
export interface Differentiable<Inputs extends readonly Tensor[] = readonly Tensor[]> {
  /** Computes the value, and says what to save for the gradients. */
  readonly forward: () => [value: Tensor, saved: Tensor[]];
  readonly gradients: Gradients<Inputs>;
}

/** What a backend has in place of an operation of ours; undefined if not for these inputs. */
export type Replacement = (
  operation: Differentiable,
  inputs: readonly Tensor[],
  attributes: object | undefined,
) => Differentiable | undefined;

/** The name under which a backend may have a {@link Replacement}, and what that needs to know. */
export type OwnName = readonly [name: string, attributes?: object];

/**
 * Runs an operation with its own gradient.
 *
 * tf.customGrad would compute the gradients for all inputs, even those that are not needed, such as the discriminator's
 * weights in a generator's update.
 *
 * @param inputs - the tensors with respect to which it can be differentiated
 * @param forward - computes the value, and says what to save for the gradients; it may use any kernel, because no tape records them
 * @param gradients - apart from what they share, only those that are needed are computed. If they are to be differentiated
 * again, they must be computed from saved inputs by operations whose first derivatives are correct.
 * @param own - see {@link OwnName}
 */
export function customGradient<Inputs extends readonly Tensor[]>(
  inputs: Inputs,
  forward: () => [value: Tensor, saved: Tensor[]],
  gradients: Gradients<Inputs>,
  own?: OwnName | false,
): Tensor {
  const operation = { forward, gradients } as Differentiable;
  const replacement = own && ownOperation<Replacement>(own[0])?.(operation, inputs, own[1]);
  const chosen = replacement || operation;
  return (tf.engine() as unknown as CustomGradientEngine).runKernelFunc({
    forwardFunc: (_, save) => {
      const [value, saved] = chosen.forward();
      // at the end, because tfjs does not free what was saved if a kernel throws
      save(saved);
      return value;
    },
    backwardsFunc: chosen.gradients,
    inputs,
  });
}

/** The method that tf.customGrad itself calls, which takes gradients as functions. It is not part of tfjs 4's public API. */
interface CustomGradientEngine {
  runKernelFunc(call: {
    forwardFunc: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor;
    backwardsFunc: (dy: Tensor, saved: readonly Tensor[]) => object;
    inputs: object;
  }): Tensor;
}
