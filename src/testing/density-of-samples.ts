import * as tf from '@tensorflow/tfjs-core';
import type { LatentPrior } from '../distributions/index.js';
import type { RandomStream } from '../random/index.js';
import { outOfRange, unusable } from '../tensor/errors.js';

/** What the samples are compared with. */
interface Comparison {
  readonly random: RandomStream;
  readonly range: readonly [low: number, high: number];
  readonly samples: number;
}

const WHERE = 'checkPrior';

/** Intervals of the integral along each number: exact to 1e-4 for a density as narrow as a fiftieth of the range. */
const INTERVALS = { 1: 4000, 2: 250 };

/** Regions along each number in which samples are counted. */
const REGIONS = { 1: 40, 2: 10 };

/** A point of the integral, with its mass. */
interface Point {
  readonly z: readonly number[];
  readonly mass: number;
}

/** Checks that a density of one or two numbers integrates to 1, and that moments and counts of samples are those of the density. */
export async function checkDensityOfSamples(
  prior: LatentPrior,
  size: number,
  { random, range, samples }: Comparison,
): Promise<void> {
  if (size !== 1 && size !== 2) {
    throw outOfRange(WHERE, 'range', 'must be left out unless latents have one or two numbers', {
      seen: `latents of ${size}`,
    });
  }
  const points = await massOnGrid(prior, size, range);
  const total = points.reduce((sum, { mass }) => sum + mass, 0);
  if (!(Math.abs(total - 1) <= 1e-3)) {
    const fix = 'Add the normalising constant, or widen `range`.';
    throw unusable(WHERE, 'prior.logProb', 'must be the logarithm of a density, with the integral 1', {
      got: total,
      fix,
    });
  }
  const numbers = await tf.tidy(() => prior.sample([samples, size], random)).data();
  const draws = Array.from({ length: samples }, (_, i) => Array.from(numbers.slice(i * size, (i + 1) * size)));
  checkMoments(points, draws, size);
  checkCounts(points, draws, range, REGIONS[size]);
}

/** The density at the points of a grid, times the volume around each: the trapezoidal rule, as nothing is at the border. */
async function massOnGrid(prior: LatentPrior, size: 1 | 2, [low, high]: Comparison['range']): Promise<Point[]> {
  const count = INTERVALS[size];
  const width = (high - low) / count;
  const axis = Array.from({ length: count }, (_, i) => low + (i + 0.5) * width);
  const grid = size === 1 ? axis.map((a) => [a]) : axis.flatMap((a) => axis.map((b) => [a, b]));
  const density = tf.tidy(() => prior.logProb!(tf.tensor2d(grid)));
  const numbers = await density.data().finally(() => density.dispose());
  return grid.map((z, i) => ({ z, mass: Math.exp(numbers[i]!) * width ** size }));
}

/** The first and second moments must be within five standard errors of those of the density. */
function checkMoments(points: readonly Point[], draws: readonly (readonly number[])[], size: number): void {
  const moments: [string, (z: readonly number[]) => number][] = [
    ['z[0]', ([a]) => a!],
    ['z[0] squared', ([a]) => a! ** 2],
  ];
  if (size === 2)
    moments.push(['z[1]', ([, b]) => b!], ['z[1] squared', ([, b]) => b! ** 2], ['z[0] z[1]', ([a, b]) => a! * b!]);
  for (const [name, f] of moments) {
    const expected = points.reduce((sum, { z, mass }) => sum + mass * f(z), 0);
    const variance = points.reduce((sum, { z, mass }) => sum + mass * (f(z) - expected) ** 2, 0);
    const average = draws.reduce((sum, z) => sum + f(z), 0) / draws.length;
    const allowed = 5 * Math.sqrt(variance / draws.length) + 1e-3 * Math.sqrt(variance);
    if (Math.abs(average - expected) <= allowed) continue;
    const rule = `must have samples with the mean ${expected.toPrecision(4)} of ${name}, as the density says`;
    throw unusable(WHERE, 'prior.sample', rule, { got: average });
  }
}

/** The numbers of samples in regions, by a chi-square: those that expect fewer than five are one region. */
function checkCounts(
  points: readonly Point[],
  draws: readonly (readonly number[])[],
  [low, high]: Comparison['range'],
  regions: number,
): void {
  const regionOf = (z: readonly number[]): string =>
    z.map((number) => Math.min(regions - 1, Math.max(0, Math.floor(((number - low) / (high - low)) * regions)))).join();
  const expected = new Map<string, number>();
  for (const { z, mass } of points) expected.set(regionOf(z), (expected.get(regionOf(z)) ?? 0) + mass * draws.length);
  const seen = new Map<string, number>();
  for (const z of draws) seen.set(regionOf(z), (seen.get(regionOf(z)) ?? 0) + 1);
  const large = [...expected].filter(([, mean]) => mean >= 5);
  const counts = large.map(([region, mean]) => ({ region, count: seen.get(region) ?? 0, mean }));
  const rest = { region: 'all others', count: draws.length, mean: draws.length };
  for (const { count, mean } of counts) {
    rest.count -= count;
    rest.mean -= mean;
  }
  const all = [...counts, { ...rest, mean: Math.max(5, rest.mean) }];
  const distances = all.map(({ count, mean }) => (count - mean) ** 2 / mean);
  const chiSquare = distances.reduce((sum, distance) => sum + distance, 0);
  // five standard deviations of a chi-square of that many degrees of freedom above its mean
  if (chiSquare <= counts.length + 5 * Math.sqrt(2 * counts.length) + 10) return;
  const { region, count, mean } = all[distances.indexOf(Math.max(...distances))]!;
  const rule = `must draw about ${mean.toFixed(0)} of ${draws.length} samples in region [${region}] of the range, as the density says`;
  throw unusable(WHERE, 'prior.sample', rule, { got: count });
}
