import { checkInteger, checkNumber, notAsync } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import type { Report } from '../loop/report.js';
import type { Verdict } from '../training/observer.js';

const where = 'log.add';

/**
 * Throws unless a report has what every writer relies on: whole counts, finite times, and verdicts with texts. Metrics may be NaN or
 * infinite, which is what a log is for.
 */
export function checkReport(report: unknown): void {
  const given = (report ?? {}) as Partial<Report>;
  if (given.metrics === undefined || given.totalSteps === undefined) {
    const fix = notAsync(report);
    throw wrongKind(where, 'report', 'must be a report of train', { got: report, fix });
  }
  for (const name of ['step', 'totalSteps', 'epoch', 'skipped'] as const)
    checkInteger(where, `report.${name}`, given[name], { least: 0 });
  checkNumber(where, 'report.seconds', given.seconds, { least: 0 });
  const verdicts: unknown = given.verdicts;
  const isVerdict = (one: Partial<Verdict> | null): boolean =>
    typeof one?.kind === 'string' && typeof one.message === 'string';
  if (Array.isArray(verdicts) && verdicts.every(isVerdict)) return;
  throw wrongKind(where, 'report.verdicts', 'must be an array of verdicts { kind, message }', { got: verdicts });
}

/** Throws unless a value is a plain record: the entries of a Map, a tensor or a promise would be left out without a word. */
export function checkPlain(argument: string, value: unknown, caller = where): void {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  const prototype: unknown = isObject && Object.getPrototypeOf(value);
  // the prototype of plain records has none itself, also if they come from another frame
  if (isObject && (prototype === null || Object.getPrototypeOf(prototype) === null)) return;
  const fix = value instanceof Map ? 'Write Object.fromEntries(map).' : notAsync(value);
  throw wrongKind(caller, argument, 'must be a plain object with names as keys', { got: value, fix });
}

/** Throws if a name is empty, or already taken in the log: one of the two numbers would be lost. */
export function checkNames(taken: ReadonlySet<string>, argument: string, names: readonly string[]): void {
  const wrong = names.find((name) => name === '' || /\p{Cs}/u.test(name));
  if (wrong !== undefined) {
    throw outOfRange(where, argument, 'must have names of at least one character', { got: wrong });
  }
  const twice = names.find((name) => taken.has(name));
  if (twice === undefined) return;
  const fix = `The log has ${twice} already: give it another name.`;
  throw outOfRange(where, argument, 'must have names of their own', { got: twice, fix });
}
