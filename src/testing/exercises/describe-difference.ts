import { shapeText } from '../../tensor/errors.js';
import { place } from '../check-close.js';
import { agree, wrongPlaces, type Tolerance } from './explain.js';
import type { Flat } from './numbers.js';
import { sameShapes, type Named } from './reference.js';

/** Options of a comparison. */
interface Comparison {
  readonly tolerance: Tolerance;
  /** Outputs of other checks of the same answer, because a single number does not show a factor. */
  readonly others?: readonly { readonly got: Named; readonly expected: Named }[];
  /** The subject of a sentence about an output. */
  readonly subjectOf?: (name: string) => string;
}

/** Describes how outputs are wrong, without revealing inputs or right values. */
export function describeDifference(
  got: Named,
  expected: Named,
  { tolerance, others = [], subjectOf = (name) => (name === '' ? 'it' : `\`${name}\``) }: Comparison,
): string {
  const odd = Object.keys(expected).filter((name) => got[name]?.values.some((value) => !Number.isFinite(value)));
  if (odd.length > 1 && sameShapes(got, expected)) {
    const isNaN = odd.every((name) => got[name]!.values.some(Number.isNaN));
    return `${odd.map(subjectOf).join(' and ')} are not finite, as from ${causeOf(isNaN ? NaN : Infinity)}`;
  }
  const differences: string[] = [];
  for (const [name, target] of Object.entries(expected)) {
    const output = got[name];
    const subject = subjectOf(name);
    if (output === undefined) {
      if ('0' in got)
        return `it must return ${subject === 'it' ? 'a single tensor' : recordOf(expected)}, not an array`;
      const returned = Object.keys(got).map((other) => (other === '' ? 'a single tensor' : `\`${other}\``));
      return `it must return ${subject === 'it' ? 'a single tensor' : subject}, and returns ${returned.join(', ')}`;
    }
    const otherPairs = others.flatMap((other) =>
      other.got[name] && other.expected[name] ? [{ got: other.got[name], expected: other.expected[name] }] : [],
    );
    const difference = describeNumbers(output, target, tolerance, otherPairs);
    if (difference !== undefined) differences.push(`${subject} ${difference}`);
  }
  if (differences.length > 1) return describeRecord(got, expected, tolerance) ?? differences.join(', and ');
  if (differences.length > 0) return differences[0]!;
  return `it returns more than ${Object.keys(expected)
    .map((name) => `\`${name}\``)
    .join(', ')}`;
}

function recordOf(outputs: Named): string {
  return `\`{ ${Object.keys(outputs).join(', ')} }\``;
}

/** Describes all outputs of a record at once: two are exchanged, or all have the same factor. */
function describeRecord(got: Named, expected: Named, tolerance: Tolerance): string | undefined {
  const names = Object.keys(expected);
  for (const name of names) {
    const other = names.find(
      (key) =>
        key !== name &&
        agree({ '': got[name]! }, { '': expected[key]! }, tolerance) &&
        !agree({ '': got[name]! }, { '': expected[name]! }, tolerance),
    );
    if (other !== undefined) return `\`${name}\` is what \`${other}\` must be`;
  }
  if (!sameShapes(got, expected)) return undefined;
  const [all, targets] = [got, expected].map((outputs) => names.flatMap((name) => outputs[name]!.values)) as [
    number[],
    number[],
  ];
  const shared = describeAll(all, targets, tolerance);
  return shared === undefined ? undefined : `each output ${shared.replace(', everywhere', '')}`;
}

interface Pair {
  readonly got: Flat;
  readonly expected: Flat;
}

function describeNumbers(got: Flat, expected: Flat, tolerance: Tolerance, others: readonly Pair[]): string | undefined {
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
  if (odd >= 0) return describeOdd(got.values[odd]!, got.shape.length === 0 ? '' : ` at ${place(odd, got.shape)}`);
  const rounding = 1e-6 * Math.max(...expected.values.map(Math.abs).filter(Number.isFinite));
  if (got.values.every((value) => Math.abs(value) <= rounding))
    return got.values.length === 1 ? 'is 0' : 'is 0 everywhere';
  if (repeats(got, tolerance) && !repeats(expected, tolerance)) return 'is the same for every example';
  const isOneNumber = got.values.length === 1;
  const single = isOneNumber ? others.filter((other) => other.got.values.length === 1) : [];
  const [all, targets] = (['got', 'expected'] as const).map((side) =>
    [{ got, expected }, ...single].flatMap((pair) => pair[side].values),
  ) as [number[], number[]];
  return (
    describeAll(all, targets, tolerance) ??
    describeBound(got.values, expected.values, wrong) ??
    (isOneNumber
      ? describeOne(got.values[0]!, expected.values[0]!)
      : `is wrong in ${count(wrong.length, got.values.length)}, first at ${place(wrong[0]!, got.shape)}`)
  );
}

function describeOne(got: number, expected: number): string {
  if (got * expected < 0) return 'has the wrong sign and the wrong magnitude';
  return `is too ${Math.abs(got) < Math.abs(expected) ? 'near' : 'far from'} 0`;
}

/** Describes numbers that are about the same although they should be larger in magnitude and different. */
function describeBound(
  got: readonly number[],
  expected: readonly number[],
  wrong: readonly number[],
): string | undefined {
  const range = (numbers: readonly number[]): readonly [smallest: number, largest: number] => {
    const magnitudes = wrong.map((i) => Math.abs(numbers[i]!));
    return [Math.min(...magnitudes), Math.max(...magnitudes)];
  };
  const [smallest, largest] = range(got);
  const [smallestTarget, largestTarget] = range(expected);
  const sameSign = wrong.every((i) => got[i]! * expected[i]! > 0);
  if (wrong.length < 2 || !sameSign || largest >= smallestTarget) return undefined;
  if (largest > 1.1 * smallest || largestTarget < 1.5 * smallestTarget) return undefined;
  return `stays near 0: ${count(wrong.length, expected.length)} are about the same, and should be larger in magnitude`;
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
  return wrong === all ? `all ${all} numbers` : `${wrong} of ${all} numbers`;
}

/** Describes what all numbers have in common: a wrong sign, a factor, an offset or a wrong order. */
function describeAll(got: readonly number[], expected: readonly number[], tolerance: Tolerance): string | undefined {
  const distance = Math.max(...got.map((value, i) => Math.abs(value - expected[i]!)));
  // if the numbers are nearly right, every description fits within the tolerance
  const fits = (f: (value: number) => number): boolean =>
    wrongPlaces(got, expected.map(f), tolerance).length === 0 &&
    got.every((value, i) => Math.abs(value - f(expected[i]!)) <= 0.02 * distance);
  if (fits((value) => -value)) return 'has the wrong sign';
  if (expected.length < 2) return undefined;
  const largest = expected.reduce((best, value, i) => (Math.abs(value) > Math.abs(expected[best]!) ? i : best), 0);
  const factor = got[largest]! / expected[largest]!;
  if (fits((value) => value / Math.LN2)) return 'is in bits, and must be in nats';
  if (fits((value) => factor * value)) return `is ${short(factor)} times what it should be, everywhere`;
  const offset = got[largest]! - expected[largest]!;
  if (fits((value) => value + offset)) return `is off by ${short(offset)} everywhere`;
  for (const [what, f] of shapes) if (fits(f)) return `is the ${what} of what it should be`;
  const [ordered, target] = [got, expected].map((values) => [...values].sort((a, b) => a - b)) as [number[], number[]];
  if (wrongPlaces(ordered, target, tolerance).length === 0) return 'has the right numbers in another order';
  return undefined;
}

const shapes: readonly (readonly [what: string, f: (value: number) => number])[] = [
  ['magnitude', Math.abs],
  ['square', (value) => value ** 2],
  ['square root', Math.sqrt],
  ['exponential', Math.exp],
  ['logarithm', Math.log],
  ['reciprocal', (value) => 1 / value],
];

/** Describes a number that is not finite, and where such numbers come from. */
function describeOdd(value: number, where: string): string {
  return `is ${value}${where}, as from ${causeOf(value)}`;
}

function causeOf(value: number): string {
  return Number.isNaN(value)
    ? 'the logarithm or the root of a negative number, 0 / 0, or an entry outside of a table'
    : 'the logarithm of 0, a division by 0, or an exponential of a large number';
}

/** A number with four digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
