import * as tf from '@tensorflow/tfjs-core';

/**
 * How many of tfjs's gradient calls are being recorded: 0 outside any, 1 inside one, 2 or more where a gradient is
 * taken of a gradient, as a penalty does. What is computed at depth 1 is differentiated at most once.
 */
export function gradientDepth(): number {
  return tf.engine().state.gradientDepth;
}

/** An object that identifies the outermost gradient call that is being recorded; undefined outside any. */
export function currentTape(): object | undefined {
  const { activeTape, gradientDepth: depth } = tf.engine().state;
  return depth > 0 ? activeTape : undefined;
}

/**
 * Runs work independently of a surrounding gradient call, which neither records nor differentiates it; gradient calls within
 * the work are independent, too. `tf.stopGradient` would not do, because what it computes is still recorded.
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
