import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from 'tfjs-generative';

/** A mixture of equal Gaussians in the plane. */
export interface Target {
  readonly name: 'ring' | 'grid';
  readonly centers: readonly (readonly [number, number])[];
  readonly standardDeviation: number;
  /** The standard deviation of each coordinate of the mixture; networks get data divided by it. */
  readonly unit: number;
}

const STANDARD_DEVIATION = 0.05;

/** Eight modes on a circle of radius 2. */
export const ring: Target = target(
  'ring',
  Array.from({ length: 8 }, (_, k) => [2 * Math.cos((k * Math.PI) / 4), 2 * Math.sin((k * Math.PI) / 4)]),
);

/** Twenty-five modes, 2 apart. */
export const grid: Target = target(
  'grid',
  Array.from({ length: 25 }, (_, k) => [2 * (k % 5) - 4, 2 * Math.floor(k / 5) - 4]),
);

function target(name: Target['name'], centers: [number, number][]): Target {
  const variance = centers.reduce((sum, [x, y]) => sum + (x * x + y * y) / 2, 0) / centers.length;
  return { name, centers, standardDeviation: STANDARD_DEVIATION, unit: Math.sqrt(variance + STANDARD_DEVIATION ** 2) };
}

/** n points from the mixture, divided by its `unit`: `[n, 2]`. */
export function draw({ centers, standardDeviation, unit }: Target, n: number, random: RandomStream): tf.Tensor {
  return tf.tidy(() => {
    const modes = tf.reshape(random.integers([n], 0, centers.length), [-1]);
    const places = tf.gather(tf.tensor2d(centers.flat(), [centers.length, 2]), modes);
    return tf.div(tf.add(places, tf.mul(standardDeviation, random.normal([n, 2]))), unit);
  });
}
