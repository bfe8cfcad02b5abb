import type { Exercise } from './exercise.js';
import { sameShapes, type Named } from './reference.js';

/** The allowed error of a number, relative to itself and to the largest of its numbers. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** Whether all numbers are close; those that are not finite must be equal. */
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

/** The two tests of an explanation of a wrong answer. */
export interface Evidence {
  /** Whether the reference with these mistakes gives all numbers of the check. */
  explains(mistakes: readonly string[]): boolean;
  /** Whether it also gives the numbers of the other checks of values. */
  confirms(mistakes: readonly string[]): boolean;
}

/**
 * The smallest sets of at most two mistakes that explain all numbers. If the other checks confirm some sets, only these are returned: a few
 * numbers may agree by chance. If they confirm none, the answer may have a further fault, which only another check shows.
 */
export function explain(exercise: Exercise, { explains, confirms }: Evidence): readonly (readonly string[])[] {
  const singles = Object.keys(exercise.mistakes)
    .map((name) => [name])
    .filter(explains);
  const confirmed = singles.filter(confirms);
  if (confirmed.length > 0) return confirmed;
  const pairs = pairsOf(exercise).filter(explains);
  const confirmedPairs = pairs.filter(confirms);
  if (confirmedPairs.length > 0) return confirmedPairs;
  return singles.length > 0 ? singles : pairs;
}

/** All pairs of mistakes that do not exclude each other. */
export function pairsOf({ mistakes, exclusive = [], alone = [] }: Exercise): (readonly [string, string])[] {
  const names = Object.keys(mistakes).filter((name) => !alone.includes(name));
  const exclude = (a: string, b: string): boolean => exclusive.some((group) => group.includes(a) && group.includes(b));
  return names.flatMap((a, i) => names.slice(i + 1).flatMap((b) => (exclude(a, b) ? [] : [[a, b] as const])));
}
