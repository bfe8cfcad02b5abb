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
    Object.is(a, b) || a === b || Math.abs(a - b) <= absolute * largest + relative * Math.abs(b);
  return expected.flatMap((value, i) => (isClose(got[i]!, value) ? [] : [i]));
}

/**
 * The smallest sets of at most two mistakes, each of which explains all numbers: a set explains them if the reference that makes
 * these mistakes gives the same.
 */
export function explain(
  exercise: Exercise,
  got: Named,
  reference: (mistakes: readonly string[]) => Named | undefined,
  tolerance: Tolerance,
): readonly (readonly string[])[] {
  const explains = (mistakes: readonly string[]): boolean => {
    const expected = reference(mistakes);
    return expected !== undefined && agree(got, expected, tolerance);
  };
  const singles = Object.keys(exercise.mistakes).map((name) => [name]);
  const found = singles.filter(explains);
  return found.length > 0 ? found : pairsOf(exercise).filter(explains);
}

/** All pairs of mistakes that do not exclude each other. */
export function pairsOf({ mistakes, exclusive = [] }: Exercise): (readonly [string, string])[] {
  const names = Object.keys(mistakes);
  const exclude = (a: string, b: string): boolean => exclusive.some((group) => group.includes(a) && group.includes(b));
  return names.flatMap((a, i) => names.slice(i + 1).flatMap((b) => (exclude(a, b) ? [] : [[a, b] as const])));
}
