import { short } from './describe-difference.js';
import { wrongPlaces, type Tolerance } from './explain.js';
import { flatten, type Numbers } from './numbers.js';
import { sameShapes, type Named } from './reference.js';

/**
 * Describes for which magnitudes of an argument an output is finite, if it is not finite for larger ones. Undefined if the output is finite
 * wherever it should be, or does not consist of one part per example.
 */
export function describeLimit(got: Named, expected: Named, argument: string, input: Numbers): string | undefined {
  if (typeof input === 'number') return undefined;
  // the number with the largest magnitude in each example
  const peaks = input.map((row) =>
    flatten(row).values.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0),
  );
  const isBad = peaks.map(() => false);
  for (const [name, target] of Object.entries(expected)) {
    const output = got[name];
    if (output === undefined || output.values.length !== target.values.length) return undefined;
    const each = target.values.length / peaks.length;
    if (!Number.isInteger(each)) return undefined;
    output.values.forEach((value, i) => {
      if (!Number.isFinite(value) && Number.isFinite(target.values[i]!)) isBad[Math.floor(i / each)] = true;
    });
  }
  if (!isBad.includes(true)) return undefined;
  const bad = peaks.filter((_, i) => isBad[i]);
  const first = bad.reduce((best, peak) => (Math.abs(peak) < Math.abs(best) ? peak : best));
  const good = peaks.filter((_, i) => !isBad[i]);
  // an exponential may be finite for all arguments of one sign
  const isOneSided =
    bad.every((peak) => peak * first > 0) && good.some((peak) => peak * first < 0 && Math.abs(peak) >= Math.abs(first));
  const below = good.filter((peak) => Math.abs(peak) < Math.abs(first) && (!isOneSided || peak * first > 0));
  const last = Math.max(0, ...below.map(Math.abs));
  const [name, limit, sign] = isOneSided
    ? [argument, first > 0 ? 'at most' : 'at least', Math.sign(first)]
    : [`|${argument}|`, 'at most', 1];
  const badAt = short(sign * Math.abs(first));
  return last > 0
    ? `it is finite where ${name} is ${limit} ${short(sign * last)}, but not at ${badAt}`
    : `it is not finite where ${name} is ${badAt}`;
}

/** Outputs of an answer, and what they should be. */
interface Outputs {
  readonly got: Named;
  readonly expected: Named;
}

/**
 * Describes outputs that are wrong for large values of an argument because they stay the same when it changes. Undefined unless that is so
 * for all wrong numbers of an output.
 */
export function describeSaturation(
  { got, expected }: Outputs,
  changed: Outputs,
  argument: string,
  tolerance: Tolerance,
): string | undefined {
  if ([expected, changed.got].some((outputs) => !sameShapes(got, outputs))) return undefined;
  const isStuck = (name: string): boolean => {
    const [values, target] = [got[name]!.values, expected[name]!.values];
    const wrong = wrongPlaces(values, target, tolerance);
    const movesLess = (i: number): boolean => {
      const [moved, due] = [
        changed.got[name]!.values[i]! - values[i]!,
        changed.expected[name]!.values[i]! - target[i]!,
      ];
      return Number.isFinite(values[i]!) && Math.abs(moved) < 1e-3 * Math.abs(due);
    };
    return wrong.length > 0 && wrong.every(movesLess);
  };
  const stuck = Object.keys(expected).filter(isStuck);
  if (stuck.length === 0) return undefined;
  const subject =
    stuck[0] === ''
      ? 'it stays'
      : `${stuck.map((name) => `\`${name}\``).join(' and ')} ${stuck.length > 1 ? 'stay' : 'stays'}`;
  return `${subject} the same where \`${argument}\` is large: something is clipped, or a small number is added before a logarithm`;
}
