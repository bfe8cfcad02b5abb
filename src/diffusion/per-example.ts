import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkInt } from '../tensor/checks.js';

/** Throws unless `timesteps` is int32 with a step for each example. */
export function checkTimesteps(where: string, timesteps: Tensor, like: Tensor): void {
  checkInt(where, 'timesteps', timesteps, [like.shape[0]], 'It holds a step for each example.');
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
