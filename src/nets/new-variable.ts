import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/** Gives the variable of a shape, in place of one that begins with initial values. */
export type VariableSource = (shape: readonly number[], trainable: boolean) => Variable;

/**
 * The source of new variables while a network is made from a file. Norms take no stream that could carry it through what a network
 * is made of; it is set and taken back within one task.
 */
const current: { source: VariableSource | undefined } = { source: undefined };

/** Makes a variable of a layer: every one of this room. What is not asked for is not computed. */
export function newVariable(shape: readonly number[], initial: () => Tensor, trainable = true): Variable {
  return current.source?.(shape, trainable) ?? tf.tidy(() => tf.variable(initial(), trainable));
}

/** Makes networks whose variables come from a source. */
export function withSource<T>(source: VariableSource, make: () => T): T {
  const before = current.source;
  current.source = source;
  try {
    return make();
  } finally {
    current.source = before;
  }
}

/** Whether variables come with the values that they are to have. */
export function hasSource(): boolean {
  return current.source !== undefined;
}
