import { wrongKind } from '../tensor/errors.js';
import { noteOf } from '../tensor/made-by.js';

/**
 * Makes a value with the options of a file, in which null means that an option is not used. Throws if this version uses such an option by
 * default, because the value would be different.
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
