import type { Point } from './moons.js';

/**
 * The energy distance of two sets of points in units of the second one's spread, without bias: about 0 for two sets of one distribution.
 *
 * (2 E|X - Y| - E|X - X'| - E|Y - Y'|) / E|Y - Y'|, over pairs of different points
 *
 * @see Szekely and Rizzo 2013, https://doi.org/10.1016/j.jspi.2013.03.018
 */
export function energyDistance(points: readonly Point[], data: readonly Point[]): number {
  const spread = within(data);
  return (2 * between(points, data) - within(points) - spread) / spread;
}

function between(a: readonly Point[], b: readonly Point[]): number {
  let sum = 0;
  for (const [x, y] of a) for (const [u, v] of b) sum += Math.sqrt((x - u) * (x - u) + (y - v) * (y - v));
  return sum / (a.length * b.length);
}

function within(points: readonly Point[]): number {
  // a point is at 0 from itself
  return (between(points, points) * points.length) / (points.length - 1);
}
