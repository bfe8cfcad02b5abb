import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/** Restores the kept values, or assigns the result of `choose` for a variable and its kept value. */
export type PutBack = (choose?: (now: Variable, kept: Tensor) => Tensor) => void;

/**
 * Keeps the values of variables; the function that it returns restores them. Call it inside a tidy, whose end frees the kept values, and
 * outside any gradient call. Nothing is copied: a variable that is assigned gets a new buffer.
 */
export function keepValues(variables: readonly Variable[]): PutBack {
  const kept = variables.map((variable) => tf.clone(variable));
  return (choose = (_, before) => before) =>
    variables.forEach((variable, i) => variable.assign(choose(variable, kept[i]!)));
}
