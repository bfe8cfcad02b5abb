import { outOfRange, unusable, wrongKind } from '../tensor/errors.js';

/**
 * A place that keeps bytes under names: `folderStore` from `/node`, `browserStore` from `/browser`, or your own record over any
 * other place, such as a server. A name has at most 100 letters, digits, dots, hyphens and underscores, and begins and ends with
 * a letter or digit.
 */
export interface CheckpointStore {
  /** Stores the bytes under the name, completely or not at all; existing bytes are replaced. */
  save(name: string, bytes: Uint8Array): Promise<void>;
  /** The bytes under the name, which belong to the caller; rejects if there are none. */
  load(name: string): Promise<Uint8Array>;
  /** All names, sorted. */
  list(): Promise<string[]>;
  /** Removes the bytes under the name; does nothing if there are none. */
  remove(name: string): Promise<void>;
}

/** Throws unless `name` is valid in every store. */
export function checkStoreName(where: string, name: unknown, argument = 'name'): asserts name is string {
  if (typeof name === 'string' && isStoreName(name)) return;
  const rule = 'must be at most 100 letters, digits, dots, hyphens and underscores, and a letter or digit at both ends';
  throw (typeof name === 'string' ? outOfRange : wrongKind)(where, argument, rule, { got: name });
}

/** Whether a text is a valid name in every store; the hidden files of unfinished saves have no valid name. */
export function isStoreName(name: string): boolean {
  return /^[a-z\d](?:[\w.-]{0,98}[a-z\d])?$/i.test(name);
}

/** The error for a name without bytes. */
export function notInStore(where: string, name: string): Error {
  return unusable(where, 'name', 'must be one that was saved', { got: name, fix: 'See `list()` for those that were.' });
}
