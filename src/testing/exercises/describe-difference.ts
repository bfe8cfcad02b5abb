import { shapeText } from '../../tensor/errors.js';
import { place } from '../check-close.js';
import { wrongPlaces, type Tolerance } from './explain.js';
import type { Flat, Numbers } from './numbers.js';
import { flatten } from './numbers.js';
import type { Named } from './reference.js';

/** What is measured of a wrong output, in words that give away neither inputs nor right values. */
export function describeDifference(
  got: Named,
  expected: Named,
  tolerance: Tolerance,
  subjectOf = (name: string): string => (name === '' ? 'it' : `\`${name}\``),
): string {
  for (const [name, target] of Object.entries(expected)) {
    const output = got[name];
    const subject = subjectOf(name);
    if (output === undefined) {
      const returned = Object.keys(got).map((other) => (other === '' ? 'a single tensor' : `\`${other}\``));
      return `it must return ${subject === 'it' ? 'a single tensor' : subject}, and returns ${returned.join(', ')}`;
    }
    const difference = describeNumbers(output, target, tolerance);
    if (difference !== undefined) return `${subject} ${difference}`;
  }
  return `it returns more than ${Object.keys(expected)
    .map((name) => `\`${name}\``)
    .join(', ')}`;
}

function describeNumbers(got: Flat, expected: Flat, tolerance: Tolerance): string | undefined {
  const [shape, target] = [shapeText(got.shape), shapeText(expected.shape)];
  if (shape !== target) {
    const isOne = got.values.length === 1 && expected.values.length > 1;
    return isOne
      ? `is one number for the whole batch: its shape is ${shape}, and must be ${target}`
      : `has shape ${shape}, and must have shape ${target}`;
  }
  const wrong = wrongPlaces(got.values, expected.values, tolerance);
  if (wrong.length === 0) return undefined;
  const odd = got.values.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(expected.values[i]!));
  if (odd >= 0) return `is ${got.values[odd]} at ${place(odd, got.shape)}`;
  if (got.values.every((value) => value === 0)) return 'is 0 everywhere';
  if (repeats(got, tolerance) && !repeats(expected, tolerance)) return 'is the same for every example';
  return (
    overall(got.values, expected.values, tolerance) ??
    `is wrong in ${count(wrong.length, expected.values.length)}, first at ${place(wrong[0]!, got.shape)}`
  );
}

/** Whether all entries along the first axis are the same. */
function repeats({ shape, values }: Flat, tolerance: Tolerance): boolean {
  const size = values.length / (shape[0] ?? 1);
  const first = values.slice(0, size);
  return (
    (shape[0] ?? 1) > 1 &&
    values.every((_, i) => i % size !== 0 || wrongPlaces(values.slice(i, i + size), first, tolerance).length === 0)
  );
}

function count(wrong: number, all: number): string {
  return wrong === all ? (all === 1 ? 'its only number' : `all ${all} numbers`) : `${wrong} of ${all} numbers`;
}

/** A statement about all numbers: a sign, a factor, an offset or another order. */
function overall(got: readonly number[], expected: readonly number[], tolerance: Tolerance): string | undefined {
  const fits = (f: (value: number, i: number) => number): boolean =>
    wrongPlaces(got, expected.map(f), tolerance).length === 0;
  if (fits((value) => -value)) return 'has the wrong sign';
  if (expected.length < 2) return undefined;
  const largest = expected.reduce((best, value, i) => (Math.abs(value) > Math.abs(expected[best]!) ? i : best), 0);
  const factor = got[largest]! / expected[largest]!;
  if (fits((value) => factor * value)) return `is ${short(factor)} times what it should be, everywhere`;
  const offset = got[largest]! - expected[largest]!;
  if (fits((value) => value + offset)) return `is off by ${short(offset)} everywhere`;
  const [ordered, target] = [got, expected].map((values) => [...values].sort((a, b) => a - b)) as [number[], number[]];
  if (wrongPlaces(ordered, target, tolerance).length === 0) return 'has the right numbers in another order';
  return undefined;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/**
 * Up to where an output is finite: the largest magnitude of an argument below all for which it is not. Undefined if all that should be
 * finite is, or examples cannot be told apart.
 */
export function describeLimit(got: Named, expected: Named, argument: string, input: Numbers): string | undefined {
  if (typeof input === 'number') return undefined;
  const magnitudes = input.map((row) => Math.max(...flatten(row).values.map(Math.abs)));
  const isBad = magnitudes.map(() => false);
  for (const [name, target] of Object.entries(expected)) {
    const output = got[name];
    if (output === undefined || output.values.length !== target.values.length) return undefined;
    const each = target.values.length / magnitudes.length;
    if (!Number.isInteger(each)) return undefined;
    output.values.forEach((value, i) => {
      if (!Number.isFinite(value) && Number.isFinite(target.values[i]!)) isBad[Math.floor(i / each)] = true;
    });
  }
  if (!isBad.includes(true)) return undefined;
  const first = Math.min(...magnitudes.filter((_, i) => isBad[i]));
  const last = Math.max(0, ...magnitudes.filter((magnitude, i) => !isBad[i] && magnitude < first));
  const upTo =
    last > 0
      ? `finite where |${argument}| is at most ${short(last)}, but not at ${short(first)}`
      : `not finite where |${argument}| is ${short(first)}`;
  return `it is ${upTo}`;
}
