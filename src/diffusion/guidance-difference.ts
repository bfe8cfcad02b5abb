import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNumber } from '../tensor/checks.js';
import { optional, readOptions } from '../tensor/options.js';
import { scalesOf, type NoiseSchedule } from './noise-schedule.js';
import { columnOf, mixByTimestep } from './per-example.js';

/** How the difference c - u is changed before it is multiplied: an option of {@link withGuidance}. */
export interface GuidanceProjection {
  /** The factor of the part of the difference along c; 0 removes it, 1 keeps it. */
  readonly along: number;
  /** The largest length of the difference, over all numbers of an example, above 0; a longer one is shortened first. Infinity by default. */
  readonly norm?: number | undefined;
}

/** Throws unless this is a {@link GuidanceProjection}. */
export function checkProjection(where: string, argument: string, project: GuidanceProjection): void {
  const { norm } = readOptions(where, project, { along: checkNumber, norm: optional }, argument);
  if (norm !== undefined && norm !== Infinity) checkNumber(where, `${argument}.norm`, norm, { above: 0 });
}

/** u such that the difference c - u is projected. */
export function projected(u: Tensor, c: Tensor, { along, norm = Infinity }: GuidanceProjection): Tensor {
  let difference = tf.sub(c, u);
  if (norm < Infinity) {
    const length = tf.sqrt(dot(difference, difference));
    difference = tf.mul(difference, tf.div(norm, tf.maximum(norm, length)));
  }
  const share = tf.div(dot(difference, c), tf.maximum(dot(c, c), SMALLEST));
  return tf.sub(c, tf.sub(difference, tf.mul(tf.mul(1 - along, share), c)));
}

/** u whose velocity is multiplied by the number that brings it nearest to that of c. */
export function rescaled(u: Tensor, c: Tensor, xt: Tensor, timesteps: Tensor, schedule: NoiseSchedule): Tensor {
  const mixed = (weights: (sum: number) => readonly [number, number], y: Tensor): Tensor =>
    mixByTimestep(
      (t) => {
        const [alpha, sigma] = scalesOf(schedule, t);
        return weights(alpha + sigma);
      },
      timesteps,
      schedule.steps,
      () => xt,
      () => y,
    );
  // sigma times the velocity noise - x of the flow
  const [ofU, ofC] = [u, c].map((x) => mixed((sum) => [1, -sum], x)) as [Tensor, Tensor];
  const scale = tf.div(dot(ofC, ofU), tf.maximum(dot(ofU, ofU), SMALLEST));
  return mixed((sum) => [1 / sum, -1 / sum], tf.mul(scale, ofU));
}

/** What a sum of squares is divided by at least: below it, the product that it divides is 0, too. */
const SMALLEST = 1e-30;

/** The product of each example's numbers, as a column that is broadcast over it. */
function dot(a: Tensor, b: Tensor): Tensor {
  const axes = a.shape.map((_, axis) => axis).slice(1);
  return tf.reshape(tf.sum(tf.mul(a, b), axes), columnOf(a));
}
