import * as tf from '@tensorflow/tfjs-core';

type Tape = ReturnType<typeof tf.engine>['state']['activeTape'];

/**
 * Frees what a failed gradient call has left on tfjs's tape: tfjs frees the tensors that kernels saved for the backward pass
 * only when that pass completes. Call it after a gradient call has thrown, outside all others.
 */
export function freeTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  freeNodes(state.activeTape ?? []);
  state.activeTape = [];
}

/** Frees what kernels saved for the backward pass. */
export function freeNodes(tape: Tape): void {
  for (const node of tape) for (const tensor of node.saved ?? []) tensor.dispose();
}
