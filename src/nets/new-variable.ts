import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/** Provides a variable of a shape, in place of one with initial values. */
export type VariableSource = (shape: readonly number[], trainable: boolean) => Variable;

/**
 * The source of new variables while a network is made from a file. It is module state because norms take no stream that could
 * carry it; it is set and restored within one task.
 */
const current: { source: VariableSource | undefined } = { source: undefined };

/** Makes a layer's variable; every layer of this room uses it. Initial values are computed only if they are used. */
export function newVariable(shape: readonly number[], initial: () => Tensor, trainable = true): Variable {
  return current.source?.(shape, trainable) ?? tf.tidy(() => tf.variable(initial(), trainable));
}

/** Makes networks whose variables come from the source. */
export function withSource<T>(source: VariableSource, make: () => T): T {
  const before = current.source;
  current.source = source;
  try {
    return make();
  } finally {
    current.source = before;
  }
}

/** Whether new variables already come with their final values. */
export function hasSource(): boolean {
  return current.source !== undefined;
}
