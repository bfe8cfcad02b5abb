import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';

/** Several parts as one: its variables, each once, are what an optimizer moves. It owns nothing. */
export function partOf(...parts: readonly Part[]): Part & { readonly buffers: readonly Variable[] } {
  return {
    variables: [...new Set(parts.flatMap(({ variables }) => variables))],
    buffers: [...new Set(parts.flatMap(({ buffers }) => buffers ?? []))],
    dispose: () => undefined,
  };
}

/**
 * Keeps what variables hold now; the function that it returns puts it back. Called inside of a tidy, whose end frees what is
 * kept, and outside of a gradient call. Nothing is copied: a variable that moves gets a buffer of its own.
 */
export function snapshot(variables: readonly Variable[]): () => void {
  const before = variables.map((variable) => tf.clone(variable));
  return () => variables.forEach((variable, i) => variable.assign(before[i]!));
}
