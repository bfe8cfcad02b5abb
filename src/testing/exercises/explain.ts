import type { Exercise } from './exercise.js';
import { sameShapes, type Named } from './reference.js';

/** How far a number may be off, relative to itself and to the largest number beside it: float32 has about seven digits. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** Whether all numbers are close, and not finite in the same places. */
export function agree(got: Named, expected: Named, tolerance: Tolerance): boolean {
  return (
    sameShapes(got, expected) &&
    Object.keys(expected).every(
      (name) => wrongPlaces(got[name]!.values, expected[name]!.values, tolerance).length === 0,
    )
  );
}

/** The indices of numbers that are too far from the expected ones. */
export function wrongPlaces(
  got: readonly number[],
  expected: readonly number[],
  { relative, absolute }: Tolerance,
): number[] {
  const largest = Math.max(1, ...expected.map(Math.abs).filter(Number.isFinite));
  const isClose = (a: number, b: number): boolean =>
    Object.is(a, b) ||
    a === b ||
    (Number.isFinite(b) && Math.abs(a - b) <= absolute * largest + relative * Math.abs(b));
  return expected.flatMap((value, i) => (isClose(got[i]!, value) ? [] : [i]));
}

/** What an explanation of an answer must do. */
export interface Evidence {
  /** Whether the reference that makes these mistakes gives all numbers of the check. */
  explains(mistakes: readonly string[]): boolean;
  /** Whether it also gives those of the other checks of values. */
  confirms(mistakes: readonly string[]): boolean;
}

/**
 * The smallest sets of at most two mistakes, each of which explains all numbers. Sets that other checks confirm come before those that
 * they do not: a few numbers may agree by chance, and an answer may have a fault besides that only another check shows.
 */
export function explain(exercise: Exercise, { explains, confirms }: Evidence): readonly (readonly string[])[] {
  const singles = Object.keys(exercise.mistakes)
    .map((name) => [name])
    .filter(explains);
  const sure = singles.filter(confirms);
  if (sure.length > 0) return sure;
  const pairs = pairsOf(exercise).filter(explains);
  const surePairs = pairs.filter(confirms);
  if (surePairs.length > 0) return surePairs;
  return singles.length > 0 ? singles : pairs;
}

/** All pairs of mistakes that do not exclude each other. */
export function pairsOf({ mistakes, exclusive = [] }: Exercise): (readonly [string, string])[] {
  const names = Object.keys(mistakes);
  const exclude = (a: string, b: string): boolean => exclusive.some((group) => group.includes(a) && group.includes(b));
  return names.flatMap((a, i) => names.slice(i + 1).flatMap((b) => (exclude(a, b) ? [] : [[a, b] as const])));
}
