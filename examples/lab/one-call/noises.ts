import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';
import { VARIATIONS, type Where } from './messages.js';

/** How far a variation is from the middle, in degrees. */
const APART = 25;
/** The middle, the two directions in which one moves, and a direction for each variation. */
const ROWS = 3 + VARIATIONS;

/** A sphere of noises, each a sum of independent ones with weights whose squares sum to 1, so that its variance is 1 as well. */
export interface Noises {
  /** The noise at a place, or that of one of its variations, counted from 1, `[1, ...shape]`. */
  at(where: Where, variation?: number): tf.Tensor;
  /** Makes the noise of a variation the middle; all around it is new. */
  take(where: Where, variation: number): void;
  /** Draws all of them again. */
  renew(): void;
}

/** Makes noises of a shape. */
export function createNoises(shape: readonly number[], random: RandomStream): Noises {
  const size = shape.reduce((product, side) => product * side, 1);
  let rows = random.normal([ROWS, size]);
  const at: Noises['at'] = (where, variation = 0) =>
    tf.tidy(() => tf.reshape(tf.dot(weightsOf(where, variation), rows), [1, ...shape]));
  const replace = (next: () => tf.Tensor): void => {
    const before = rows;
    rows = tf.tidy(next);
    before.dispose();
  };
  return {
    at,
    take: (where, variation) =>
      replace(() => tf.concat([tf.reshape(at(where, variation), [1, size]), random.normal([ROWS - 1, size])])),
    renew: () => replace(() => random.normal([ROWS, size])),
  };
}

function weightsOf({ around, aside }: Where, variation: number): number[] {
  const [turn, tilt, apart] = [around, aside, variation === 0 ? 0 : APART].map((degrees) => (degrees * Math.PI) / 180);
  const weights = Array<number>(ROWS).fill(0);
  if (variation > 0) weights[2 + variation] = Math.sin(apart!);
  const near = Math.cos(apart!);
  [weights[0], weights[1], weights[2]] = [
    near * Math.cos(tilt!) * Math.cos(turn!),
    near * Math.cos(tilt!) * Math.sin(turn!),
    near * Math.sin(tilt!),
  ];
  return weights;
}
