import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/** Chooses between each tensor and its kept value. */
export type Choose = (now: readonly Tensor[], kept: readonly Tensor[]) => Tensor[];

/** Restores the kept values, or assigns the results of `choose`. */
export type PutBack = (choose?: Choose) => void;

/**
 * Keeps the values of variables; the function that it returns restores them. Call it inside a tidy, whose end frees the kept values, and
 * outside any gradient call. Nothing is copied: a variable that is assigned gets a new buffer.
 */
export function keepValues(variables: readonly Variable[]): PutBack {
  const kept = variables.map((variable) => tf.clone(variable));
  return (choose = () => kept) => {
    const chosen = choose(variables, kept);
    variables.forEach((variable, i) => variable.assign(chosen[i]!));
  };
}
