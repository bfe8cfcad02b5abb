import * as tf from '@tensorflow/tfjs-core';

/**
 * Frees what a gradient that threw has left on tfjs's tape. tfjs itself frees the tensors that kernels saved for the
 * backward pass only at its regular end. Call it where a gradient call has thrown and no other one is around it.
 */
export function freeTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const node of state.activeTape ?? []) for (const tensor of node.saved ?? []) tensor.dispose();
  state.activeTape = [];
}
