import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkInt, checkShape } from '../tensor/checks.js';

/** A timestep for each example: on the device, or on the host, which saves looking them up on the device. */
export type Timesteps = Tensor | Int32Array;

/** Throws unless `timesteps` is int32 with a step for each example. */
export function checkTimesteps(where: string, timesteps: Tensor, like: Tensor): void {
  checkInt(where, 'timesteps', timesteps);
  checkShape(where, 'timesteps', timesteps, [like.shape[0]], 'It holds a step for each example.');
}

/** The numbers of a table at each example's timestep, one per row of `like`: `[batch, 1, ...]`. */
export function pick(table: Float32Array, timesteps: Timesteps, like: Tensor): Tensor {
  const column = [like.shape[0], ...like.shape.slice(1).map(() => 1)];
  if (timesteps instanceof Int32Array)
    return tf.tensor(
      Float32Array.from(timesteps, (t) => table[t]!),
      column,
    );
  return tf.reshape(tf.gather(tf.tensor(table, [table.length]), timesteps), column);
}

/** A table in float32, of what a formula in float64 gives at each timestep. */
export function tableOf(steps: number, value: (t: number) => number): Float32Array {
  return Float32Array.from({ length: steps }, (_, t) => value(t));
}

/** a x + b y, with a and b from tables; what is 0 or 1 at every timestep costs nothing. */
export function mixByTimestep(
  timesteps: Timesteps,
  [a, x]: readonly [table: Float32Array, tensor: Tensor],
  [b, y]: readonly [table: Float32Array, tensor: Tensor],
): Tensor {
  const parts = [part(a, x, timesteps), part(b, y, timesteps)].filter((term) => term !== undefined);
  return parts.length === 2 ? tf.add(parts[0]!, parts[1]!) : tf.clone(parts[0] ?? tf.zerosLike(x));
}

function part(table: Float32Array, tensor: Tensor, timesteps: Timesteps): Tensor | undefined {
  const first = table[0]!;
  if (table.some((value) => value !== first)) return tf.mul(pick(table, timesteps, tensor), tensor);
  if (first === 0) return undefined;
  return first === 1 ? tensor : tf.mul(first, tensor);
}
