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
