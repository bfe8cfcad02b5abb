import { outOfRange, wrongKind } from './errors.js';

/** Throws unless `value` is an integer and at least `minimum` (default 1). */
export function checkInteger(where: string, argument: string, value: unknown, minimum = 1): asserts value is number {
  if (typeof value !== 'number') throw wrongKind(where, argument, 'must be a number', { got: value });
  if (!Number.isSafeInteger(value) || value < minimum) {
    const rule = minimum === 1 ? 'must be a positive integer' : `must be an integer of at least ${minimum}`;
    throw outOfRange(where, argument, rule, { got: value });
  }
}

/** Bounds of a number; each is inclusive unless it is named `above` or `below`. */
export interface Bounds {
  readonly above?: number;
  readonly least?: number;
  readonly most?: number;
  readonly below?: number;
}

const BOUND_WORDS = { above: 'above', least: 'at least', most: 'at most', below: 'below' } as const;

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
    const rules = Object.entries(bounds).map(([bound, limit]) => `${BOUND_WORDS[bound as keyof Bounds]} ${limit}`);
    throw outOfRange(where, argument, `must be ${['finite', ...rules].join(' and ')}`, { got: value });
  }
}

/**
 * Throws unless `value` is a record with the given methods, such as a loss or a likelihood. The usual mistakes are its
 * name in quotes, or the function that makes it; `choices` lists the valid records.
 */
export function checkRecord(where: string, argument: string, value: unknown, methods: string, choices: string): void {
  const record = value as Record<string, unknown> | null | undefined;
  for (const method of methods.split(' ')) {
    if (typeof record === 'object' && typeof record?.[method] === 'function') continue;
    const fix =
      typeof value === 'function' ? `Call it: ${value.name}(...).` : `Import one and hand it over: ${choices}.`;
    throw wrongKind(where, argument, `must be a record with ${methods.replaceAll(' ', ', ')}`, { got: value, fix });
  }
}

/** Throws unless `signal` is an AbortSignal or undefined; a controller is neither. */
export function checkSignal(where: string, signal: AbortSignal | undefined): void {
  if (signal !== undefined) checkFunction(where, 'signal.addEventListener', signal?.addEventListener);
}

/** Throws unless `value` is a function. */
export function checkFunction(where: string, argument: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongKind(where, argument, 'must be a function', { got: value });
}
