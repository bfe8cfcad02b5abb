import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkInt } from '../tensor/checks.js';
import { outOfRange } from '../tensor/errors.js';

/** Throws unless `timesteps` is int32 with a step for each example. */
export function checkTimesteps(where: string, timesteps: Tensor, like: Tensor): void {
  checkInt(where, 'timesteps', timesteps, [like.shape[0]], 'It holds a step for each example.');
}

/** The steps of the table within which timesteps are known to be, so that they are checked once. */
// eslint-disable-next-line no-restricted-syntax -- a second copy checks them again: docs/design.md
const known = new WeakMap<Tensor, number>();

/** An int32 tensor of timesteps that are known to be in 0 ... steps - 1. */
export function timestepsOf(list: Int32Array, steps: number): Tensor {
  const timesteps = tf.tensor1d(list, 'int32');
  known.set(timesteps, steps);
  return timesteps;
}

/**
 * x; where a timestep is not in the table, it throws on cpu and wasm, which read indices, and puts NaN into that row on a GPU, where nothing
 * is read. It looks once at each tensor of timesteps.
 */
export function withinTable(where: string, x: Tensor, timesteps: Tensor, steps: number): Tensor {
  if (known.get(timesteps)! <= steps) return x;
  const ones = atTimesteps(
    where,
    tableOf(steps, () => 1),
    timesteps,
  );
  known.set(timesteps, steps);
  // 1 within the table; a GPU gives 0 beyond it, and the arc sine of 2 is NaN
  return tf.add(x, tf.reshape(tf.mul(0, tf.asin(tf.sub(2, ones))), columnOf(x)));
}

function atTimesteps(where: string, table: Float32Array, timesteps: Tensor): Tensor {
  try {
    return tf.gather(tf.tensor(table, [table.length]), timesteps);
  } catch (error) {
    // tfjs's "GatherV2: the index value 50 is not in [0, 49]"
    const [, got] = /(?:value|got) (-?\d+)/.exec(String(error)) ?? [];
    if (got === undefined) throw error;
    const fix = 'They are indices of the schedule.';
    throw outOfRange(where, 'timesteps', `must be from 0 to ${table.length - 1}`, { seen: got, fix });
  }
}

/** The shape of one number per example that is broadcast over `like`. */
export function columnOf(like: Tensor): number[] {
  return like.shape.map((size, axis) => (axis === 0 ? size : 1));
}

/** A float32 table of a formula's values at each timestep, computed in float64. */
export function tableOf(steps: number, value: (t: number) => number): Float32Array {
  return Float32Array.from({ length: steps }, (_, t) => value(t));
}

/** The numbers of a table at each example's timestep, one per row of `like`: `[batch, 1, ...]`. */
export function pick(table: Float32Array, timesteps: Tensor, like: Tensor): Tensor {
  return tf.reshape(tf.gather(tf.tensor(table, [table.length]), timesteps), columnOf(like));
}

/** a x + b y, with a and b from tables. */
export function mixByTimestep(
  timesteps: Tensor,
  [a, x]: readonly [table: Float32Array, tensor: Tensor],
  [b, y]: readonly [table: Float32Array, tensor: Tensor],
): Tensor {
  return tf.add(tf.mul(pick(a, timesteps, x), x), tf.mul(pick(b, timesteps, y), y));
}
