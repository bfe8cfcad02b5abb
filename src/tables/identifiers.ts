import { unusable } from '../tensor/errors.js';
import { kindsOf } from './column-notes.js';
import { extremes } from './describe-numbers.js';
import type { NumberColumn } from './description.js';

/** Whole numbers of which this many pairs would be equal by chance are an identifier if none is. */
const COLLISIONS = 10;
/** Identifiers have at most so many numbers for each that is used; times in seconds are sparser. */
const SPARSE = 10;
/** The largest distance of the distribution function from a straight line, times the root of the count; 1 draw in 20 from one is above. */
const EVEN = 1.36;
/** Fewer numbers of a bell curve also look even. */
const MIN_EVEN = 100;

/** The cells of a column as numbers. */
export interface Numbers {
  readonly kind: 'number' | 'integer' | 'date';
  readonly numbers: readonly number[];
  readonly written?: NumberColumn['written'];
}

/** Throws if whole numbers are all different, although so many draws from an interval of their size would collide. */
export function rejectIdentifier(
  { where, argument, name }: Readonly<Record<'where' | 'argument' | 'name', string>>,
  { kind, numbers, written }: Numbers,
  distinct: number,
): void {
  const count = numbers.length;
  if (kind !== 'integer' || distinct < count || written !== undefined) return;
  const [low, high] = extremes(numbers);
  if (high - low > SPARSE * count) return;
  // independent draws collide with a probability of 1 - exp(-COLLISIONS) or more; times at a steady pace have a common step
  if ((count * (count - 1)) / 2 <= COLLISIONS * (high - low) || stepOf(numbers, low) > 1) return;
  const seen = `${count} different whole numbers from ${low} to ${high}`;
  const fix = `Leave the column out, or say ${kindsOf(name, 'integer')}.`;
  throw unusable(where, argument, 'must not be an identifier', { seen, fix });
}

/** Whether whole numbers, all different, are spread evenly from the lowest to the highest and do not rise in the order of the rows, unless by equal steps. */
export function countsEvenly({ kind, numbers, written }: Numbers): boolean {
  const count = numbers.length;
  if (kind !== 'integer' || written !== undefined || count < MIN_EVEN) return false;
  const [low, high] = extremes(numbers);
  const step = (high - low) / (count - 1);
  const isRising = numbers.every((number, i) => i === 0 || number > numbers[i - 1]!);
  if (isRising) return numbers.every((number, i) => number === low + i * step);
  const distance = [...numbers]
    .sort((a, b) => a - b)
    .reduce((most, number, i) => Math.max(most, Math.abs((number - low) / (high - low) - (i + 0.5) / count)), 0);
  return distance * Math.sqrt(count) < EVEN;
}

/** The greatest common divisor of the differences from a whole number. */
function stepOf(numbers: readonly number[], low: number): number {
  return numbers.reduce((step, number) => {
    let [a, b] = [step, number - low];
    while (b > 0) [a, b] = [b, a % b];
    return a;
  }, 0);
}
