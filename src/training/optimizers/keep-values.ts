import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/** Puts back what was kept, or what `choose` makes of a variable and of what was kept of it. */
export type PutBack = (choose?: (now: Variable, kept: Tensor) => Tensor) => void;

/**
 * Keeps what variables hold now; the function that it returns puts it back. Called inside of a tidy, whose end frees what is
 * kept, and outside of a gradient call. Nothing is copied: a variable that moves gets a buffer of its own.
 */
export function keepValues(variables: readonly Variable[]): PutBack {
  const kept = variables.map((variable) => tf.clone(variable));
  return (choose = (_, before) => before) =>
    variables.forEach((variable, i) => variable.assign(choose(variable, kept[i]!)));
}
