import { checkInteger, checkNumber, notAsync } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import type { Report } from '../loop/report.js';
import type { Verdict } from '../training/observer.js';

const where = 'log.add';

/**
 * Throws unless a report has integer counts, finite times, and verdicts with texts, which every writer needs. Metrics may be NaN or
 * infinite, because a log must show that.
 */
export function checkReport(report: unknown): void {
  const fields = (report ?? {}) as Partial<Report>;
  if (fields.metrics === undefined || fields.totalSteps === undefined) {
    const fix = notAsync(report);
    throw wrongKind(where, 'report', 'must be a report of train', { got: report, fix });
  }
  for (const name of ['step', 'totalSteps', 'epoch', 'skipped'] as const)
    checkInteger(where, `report.${name}`, fields[name], { least: 0 });
  checkNumber(where, 'report.seconds', fields.seconds, { least: 0 });
  const verdicts: unknown = fields.verdicts;
  const isVerdict = (one: Partial<Verdict> | null): boolean =>
    typeof one?.kind === 'string' && typeof one.message === 'string';
  if (Array.isArray(verdicts) && verdicts.every(isVerdict)) return;
  throw wrongKind(where, 'report.verdicts', 'must be an array of verdicts { kind, message }', { got: verdicts });
}

/** Throws unless a value is a plain record, because the content of a Map, a tensor or a promise would silently be ignored. */
export function checkPlain(argument: string, value: unknown, caller = where): void {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  const prototype: unknown = isObject && Object.getPrototypeOf(value);
  // the prototype of a plain record has no prototype, even if the record comes from another frame
  if (isObject && (prototype === null || Object.getPrototypeOf(prototype) === null)) return;
  const fix = value instanceof Map ? 'Write Object.fromEntries(map).' : notAsync(value);
  throw wrongKind(caller, argument, 'must be a plain object with names as keys', { got: value, fix });
}

/** Throws if a name is empty, or already used in the log, because one of the two numbers would be lost. */
export function checkNames(used: ReadonlySet<string>, argument: string, names: readonly string[]): void {
  const wrong = names.find((name) => name === '' || /\p{Cs}/u.test(name));
  if (wrong !== undefined) {
    throw outOfRange(where, argument, 'must have names of at least one character', { got: wrong });
  }
  const repeated = names.find((name) => used.has(name));
  if (repeated === undefined) return;
  const fix = `The log already has ${repeated}: use another name.`;
  throw outOfRange(where, argument, 'must have names that are not used yet', { got: repeated, fix });
}
