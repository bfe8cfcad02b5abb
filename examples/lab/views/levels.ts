// The noise levels at which samples are, while they are made.
import { PATHS } from '../training/sizes.js';
import type { Frame } from '../training/messages.js';

/** Levels are numbers of 32 bits. */
const ROUNDING = 1e-6;

/** The noise levels at the calls of the network, from noise, and 0 for the samples; none before the way of samples is computed. */
export function levelsOf({ arrays }: Frame): readonly number[] {
  const { paths, levels } = arrays;
  return paths === undefined ? [...(levels ?? [])] : levelsOfPaths(paths);
}

/** The same from the ways of points, `[calls + 1, 1 + PATHS, 2]`: in each stop its own level stands first. */
export function levelsOfPaths(paths: Float32Array): number[] {
  const row = 2 * (1 + PATHS);
  return Array.from({ length: paths.length / row }, (_, k) => paths[k * row]!);
}

/** The number of calls after which samples have at most so much noise; of several with the same noise, the last. */
export const callsUntil = (levels: readonly number[], noise: number): number =>
  levels.lastIndexOf(levels.find((level) => level <= noise + ROUNDING) ?? 0);

/** Where the next call takes samples of a noise level; from data, back to noise, which is pure before the levels are known. */
export const levelAfterCall = (levels: readonly number[], noise: number): number =>
  levels.find((level) => level < noise - ROUNDING) ?? levels[0] ?? 1;
