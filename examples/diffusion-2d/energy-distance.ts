import type * as tf from '@tensorflow/tfjs-core';

/** Number of draws to average over, because the distance of two sets varies by half its size. */
const DRAWS = 20;

/** The distance of samples from data, and of data from other data. */
export interface Comparison {
  readonly energyDistance: number;
  readonly baseline: number;
}

/**
 * Energy distances of fresh samples to fresh data, and of fresh data to fresh data, each averaged over 20 draws.
 *
 * distance = 2 E|X - Y| - E|X - X'| - E|Y - Y'|, over all pairs, including those of a point with itself
 *
 * @param drawSamples - draws points `[n, 2]`
 * @param drawData - the same
 * @see Szekely and Rizzo 2013, https://doi.org/10.1016/j.jspi.2013.03.018
 */
export async function compareByEnergy(
  drawSamples: () => Promise<tf.Tensor>,
  drawData: () => tf.Tensor,
): Promise<Comparison> {
  let [energyDistance, baseline] = [0, 0];
  let data = await measured(drawData());
  for (let i = 0; i < DRAWS; i++) {
    const samples = await measured(await drawSamples());
    const fresh = await measured(drawData());
    energyDistance += between(samples, fresh) / DRAWS;
    baseline += between(data, fresh) / DRAWS;
    data = fresh;
  }
  return { energyDistance, baseline };
}

/** Points, with their mean distance from each other, which is computed once. */
interface Measured {
  readonly points: Float32Array;
  readonly spread: number;
}

async function measured(drawn: tf.Tensor): Promise<Measured> {
  const points = await drawn.data<'float32'>();
  drawn.dispose();
  return { points, spread: meanDistance(points, points) };
}

const between = (a: Measured, b: Measured): number => 2 * meanDistance(a.points, b.points) - a.spread - b.spread;

/** The mean distance from a point of `a` to a point of `b`; each array has x and y in turn. */
export function meanDistance(a: Float32Array, b: Float32Array): number {
  // each pair within a set occurs twice
  const isOne = a === b;
  let sum = 0;
  for (let i = 0; i < a.length; i += 2) {
    const x = a[i]!;
    const y = a[i + 1]!;
    for (let j = isOne ? i + 2 : 0; j < b.length; j += 2) {
      const dx = x - b[j]!;
      const dy = y - b[j + 1]!;
      sum += Math.sqrt(dx * dx + dy * dy);
    }
  }
  return ((isOne ? 2 : 1) * 4 * sum) / (a.length * b.length);
}
