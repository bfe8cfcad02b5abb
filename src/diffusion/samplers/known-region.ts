import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkBroadcast, checkFloat, checkInteger } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { readNumbers } from '../../tensor/lost-backend.js';
import { recorder } from '../../tensor/recorder.js';
import { scalesOf, type NoiseSchedule } from '../noise-schedule.js';
import { weightedSum } from '../weighted-sum.js';
import { allFinite } from './check-samples.js';

/** Known regions for inpainting: the rest is filled in to fit. */
export interface KnownRegion {
  /** The data, of the shape of the samples or broadcast to it; they must be finite even where they are not kept. */
  readonly x: Tensor;
  /** 1 where x is kept, 0 where it is filled in, or in between; float32, broadcast to the shape of the samples. */
  readonly mask: Tensor;
  /**
   * How many times each step but the last is made, with noise added back in between, so that the two regions fit together; 5 by default.
   * More repeats come closer to the conditional distribution; {@link sampleDdpm} follows it best.
   */
  readonly repeats?: number | undefined;
}

/** Allowance for rounding errors of a resized mask. */
const SLACK = 1e-3;

/** x with the known region replaced by the known data, noised to the timestep; at -1 by the data themselves. */
export function keepKnown(
  { x: data, mask }: KnownRegion,
  x: Tensor,
  timestep: number,
  schedule: NoiseSchedule,
  noise: () => Tensor,
): Tensor {
  return tf.tidy(() => {
    const [alpha, sigma] = scalesOf(schedule, timestep);
    const noised = sigma === 0 ? data : weightedSum([alpha, data], [sigma, noise]);
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

/** Rejects unless the mask lies within [0, 1] and the data are finite: 0 times NaN is NaN, even in the region that is filled in. */
export async function checkKnownValues(where: string, { x, mask }: KnownRegion): Promise<void> {
  if (recorder()) return;
  const facts = tf.tidy(() => [tf.min(mask), tf.max(mask), allFinite(mask), allFinite(x)]);
  const read = await readNumbers(where, facts).finally(() => tf.dispose(facts));
  const [least, most, isMaskFinite, isDataFinite] = read.map(([fact]) => fact!);
  if (!(least! >= -SLACK && most! <= 1 + SLACK && isMaskFinite)) {
    const fix = 'It is 1 where x is kept and 0 where it is painted; divide bytes by 255.';
    throw outOfRange(where, 'known.mask', 'must lie within [0, 1]', { seen: `${least} to ${most}`, fix });
  }
  if (!isDataFinite) {
    const fix = 'Put 0 where the data are not known.';
    throw outOfRange(where, 'known.x', 'must be finite', { seen: 'NaN or infinity', fix });
  }
}
