import type { Experiment } from '../experiment/experiment.js';
import type { Point } from '../experiment/points.js';

/** The clouds of a set that consists of clouds. */
export interface Modes {
  readonly centers: readonly Point[];
  readonly standardDeviation: number;
}

const modes: Partial<Record<Experiment['data'], Modes>> = {
  ring: {
    centers: Array.from({ length: 8 }, (_, k) => [
      1.6 * Math.cos((k * Math.PI) / 4),
      1.6 * Math.sin((k * Math.PI) / 4),
    ]),
    standardDeviation: 0.08,
  },
  grid: {
    centers: Array.from({ length: 25 }, (_, k) => [0.8 * (k % 5) - 1.6, 0.8 * Math.floor(k / 5) - 1.6]),
    standardDeviation: 0.05,
  },
};

/** The clouds of which the data consist, or undefined. */
export const modesOf = ({ data }: Experiment): Modes | undefined => modes[data];

/** A cloud is covered if it has at least this share of its fair number of samples. */
const FAIR_SHARE = 0.2;

/** How many clouds have samples, and how many there are. */
export interface Coverage {
  readonly covered: number;
  readonly all: number;
  /** The share of samples that are in some cloud. */
  readonly within: number;
}

/** The coverage of the clouds by some points, x and y in turn; undefined if the data are not clouds. */
export function coverageOf(experiment: Experiment, points: ArrayLike<number>): Coverage | undefined {
  const clouds = modesOf(experiment);
  if (clouds === undefined) return undefined;
  const counts = countsByCloud(clouds, points);
  const least = (FAIR_SHARE * points.length) / 2 / counts.length;
  const within = (2 * counts.reduce((sum, count) => sum + count, 0)) / Math.max(1, points.length);
  return { covered: counts.filter((count) => count >= least).length, all: counts.length, within };
}

/** How many of some points, x and y in turn, are within three standard deviations of each cloud's centre. */
export function countsByCloud({ centers, standardDeviation }: Modes, points: ArrayLike<number>): number[] {
  const reach = 3 * standardDeviation;
  return centers.map(([x, y]) => {
    let count = 0;
    for (let i = 0; i < points.length; i += 2) if (Math.hypot(points[i]! - x, points[i + 1]! - y) < reach) count++;
    return count;
  });
}
