import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkBroadcast, checkFloat, checkInteger } from '../../tensor/checks.js';
import { scalesAt, type NoiseSchedule } from '../noise-schedule.js';
import { weightedSum } from '../weighted-sum.js';
import type { KnownRegion } from './sample-options.js';

/** x with the known region replaced by the known data, noised to the timestep; at -1 by the data as they are. */
export function keepKnown(
  { x: data, mask }: KnownRegion,
  x: Tensor,
  timestep: number,
  schedule: NoiseSchedule,
  noise: () => Tensor,
): Tensor {
  return tf.tidy(() => {
    const [alpha, sigma] = scalesAt(schedule, timestep);
    const noised = sigma === 0 ? data : weightedSum([alpha, data], [sigma, noise()]);
    return tf.add(tf.mul(mask, noised), tf.mul(tf.sub(1, mask), x));
  });
}

/** Throws unless data and mask can be broadcast to the samples. */
export function checkKnown(where: string, { x, mask, repeats = 1 }: KnownRegion, shape: readonly number[]): void {
  const like = { shape, rank: shape.length } as Tensor;
  for (const [name, tensor] of Object.entries({ x, mask })) {
    checkFloat(where, `known.${name}`, tensor);
    checkBroadcast(where, `known.${name}`, tensor, 'shape', like);
  }
  checkInteger(where, 'known.repeats', repeats);
}
