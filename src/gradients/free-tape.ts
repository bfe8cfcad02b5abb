import * as tf from '@tensorflow/tfjs-core';

/**
 * Frees what a gradient call that threw has left on tfjs's tape. tfjs itself frees the tensors that kernels saved for
 * the backward pass only when that pass completes. Call it after a gradient call has thrown, outside any other one.
 */
export function freeTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const node of state.activeTape ?? []) for (const tensor of node.saved ?? []) tensor.dispose();
  state.activeTape = [];
}
