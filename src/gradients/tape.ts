import * as tf from '@tensorflow/tfjs-core';

/**
 * How many of tfjs's gradient calls are being recorded: 0 outside any, 1 inside one, 2 or more in nested calls,
 * as in a penalty. What is computed at depth 1 is differentiated at most once.
 */
export function gradientDepth(): number {
  return tf.engine().state.gradientDepth;
}

/** An object that identifies the outermost gradient call being recorded; undefined outside any. */
export function currentTape(): object | undefined {
  const { activeTape, gradientDepth: depth } = tf.engine().state;
  return depth > 0 ? activeTape : undefined;
}

/** Does work in a tidy, outside any surrounding gradient call: no tape records it, and it may compute its own gradients. */
export function withoutTape(work: () => void): void {
  const { state } = tf.engine();
  const { activeTape, gradientDepth: depth } = state;
  state.gradientDepth = 0;
  try {
    tf.tidy(work);
  } finally {
    [state.activeTape, state.gradientDepth] = [activeTape, depth];
  }
}
