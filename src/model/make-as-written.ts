import { wrongKind } from '../tensor/errors.js';
import { noteOf } from '../tensor/made-by.js';

/**
 * Makes a value with the options of a file, in which null says that an option is not used; throws if this version uses it by default,
 * because the value would be another one.
 */
export function makeAsWritten<T extends object>(
  written: Readonly<Record<string, unknown>>,
  make: (options: Readonly<Record<string, unknown>>) => T,
): T {
  const value = make(Object.fromEntries(Object.entries(written).map(([name, option]) => [name, option ?? undefined])));
  const { kind = '', options = {} } = noteOf(value) ?? {};
  const used = Object.entries(options).find(([name, option]) => written[name] === null && option !== undefined);
  if (used === undefined) return value;
  throw wrongKind(kind, used[0], 'must have a value', { got: null });
}
