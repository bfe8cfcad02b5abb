import { notCalled, outOfRange, wrongKind } from './errors.js';

/** Bounds of a number; each is inclusive unless it is named `above` or `below`. */
export interface Bounds {
  readonly above?: number;
  readonly least?: number;
  readonly most?: number;
  readonly below?: number;
}

/** Throws unless `value` is an integer, at least `least`, 1 by default, and at most `most`. */
export function checkInteger(
  where: string,
  argument: string,
  value: unknown,
  { least = 1, most }: Pick<Bounds, 'least' | 'most'> = {},
): asserts value is number {
  if (typeof value !== 'number') throw wrongKind(where, argument, 'must be a number', { got: value });
  // a comparison with an absent bound is false
  if (!Number.isSafeInteger(value) || value < least || value > most!) {
    const rule = least === 1 ? 'must be a positive integer' : `must be an integer of at least ${least}`;
    throw outOfRange(where, argument, most ? `${rule} and at most ${most}` : rule, { got: value });
  }
}

/** Throws unless `value` is a finite number within the bounds. */
export function checkNumber(
  where: string,
  argument: string,
  value: unknown,
  bounds: Bounds = {},
): asserts value is number {
  if (typeof value !== 'number') throw wrongKind(where, argument, 'must be a number', { got: value });
  const { above, least, most, below } = bounds;
  // a comparison with an absent bound is false
  if (!Number.isFinite(value) || value <= above! || value < least! || value > most! || value >= below!) {
    const limits = Object.entries({ above, 'at least': least, 'at most': most, below });
    const rules = limits.flatMap(([words, limit]) => (limit === undefined ? [] : ` and ${words} ${limit}`));
    throw outOfRange(where, argument, `must be finite${rules.join('')}`, { got: value });
  }
}

/**
 * Throws unless `value` is a record with the given methods, such as a loss or a likelihood. The usual mistakes are its
 * name in quotes, or the function that makes it; `choices` names a few.
 */
export function checkRecord(where: string, argument: string, value: unknown, methods: string, choices: string): void {
  const record = value as Record<string, unknown> | null | undefined;
  for (const method of methods.split(' ')) {
    if (typeof record === 'object' && typeof record?.[method] === 'function') continue;
    const fix = notCalled(value) ?? `Import one and hand it over: ${choices}.`;
    throw wrongKind(where, argument, `must be a record with ${methods.replaceAll(' ', ', ')}`, { got: value, fix });
  }
}

/** Throws unless `value` is one of the given words. */
export function checkWord(
  where: string,
  argument: string,
  value: unknown,
  { of }: { readonly of?: readonly string[] },
): void {
  if (of!.includes(value as string)) return;
  throw outOfRange(where, argument, `must be ${of!.map((word) => `'${word}'`).join(' or ')}`, { got: value });
}

/** Throws unless `signal` is an AbortSignal; an AbortController is not one. */
export function checkSignal(where: string, argument: string, signal: AbortSignal): void {
  const listen: unknown = signal?.addEventListener;
  if (typeof listen === 'function') return;
  const fix = 'Pass the `signal` of an AbortController.';
  throw wrongKind(where, `${argument}.addEventListener`, 'must be a function', { got: listen, fix });
}

/** Throws unless `value` is an object. */
export function checkObject(where: string, argument: string, value: unknown): void {
  if (value === null || typeof value !== 'object')
    throw wrongKind(where, argument, 'must be an object', { got: value });
}

/** Throws unless `value` is true or false. */
export function checkBoolean(where: string, argument: string, value: unknown): void {
  if (typeof value !== 'boolean') throw wrongKind(where, argument, 'must be true or false', { got: value });
}

/** Throws unless `value` is a function. */
export function checkFunction(where: string, argument: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongKind(where, argument, 'must be a function', { got: value });
}
