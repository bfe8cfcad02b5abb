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

/** How many of some points, x and y in turn, are within three standard deviations of each cloud's centre. */
export function countsByCloud({ centers, standardDeviation }: Modes, points: ArrayLike<number>): number[] {
  const reach = 3 * standardDeviation;
  return centers.map(([x, y]) => {
    let count = 0;
    for (let i = 0; i < points.length; i += 2) if (Math.hypot(points[i]! - x, points[i + 1]! - y) < reach) count++;
    return count;
  });
}
