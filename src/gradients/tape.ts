import * as tf from '@tensorflow/tfjs-core';

/**
 * How many of tfjs's gradient calls are being recorded: 0 outside of any, 1 inside one, 2 or more where a gradient is
 * taken of a gradient, as a penalty does. What is computed at depth 1 is differentiated once at most.
 */
export function gradientDepth(): number {
  return tf.engine().state.gradientDepth;
}

/** What identifies the outermost gradient call that is being recorded; undefined outside of any. */
export function currentTape(): object | undefined {
  const { activeTape, gradientDepth: depth } = tf.engine().state;
  return depth > 0 ? activeTape : undefined;
}

/**
 * Runs work that another gradient call is to know nothing of: it is neither recorded nor differentiated with it, and gradient
 * calls within it are calls of their own. `tf.stopGradient` would not do: what it computes is recorded all the same.
 */
export function outsideOfTape<T>(work: () => T): T {
  const { state } = tf.engine();
  const { activeTape, gradientDepth: depth } = state;
  [state.activeTape, state.gradientDepth] = [[], 0];
  try {
    return work();
  } finally {
    [state.activeTape, state.gradientDepth] = [activeTape, depth];
  }
}
