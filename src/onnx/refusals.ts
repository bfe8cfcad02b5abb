import { kinds } from './kinds.js';
import type { Layer } from './layer.js';

/** The kind of the first part or layer that cannot be exported; undefined if there is none. */
export function unknownIn({ kind, parts }: Layer): string | undefined {
  return Object.hasOwn(kinds, kind) ? parts.map(unknownIn).find((one) => one !== undefined) : kind;
}

/** The way around what cannot be exported, by the function that makes it; that of a user contains a slash, or is ''. */
export function wayAround(kind: string): string {
  if (kind.endsWith('Prior')) return 'Export the decoder.';
  if (kind === 'createTableModel') return 'Make rows with sampleTable.';
  return /^\w+$/.test(kind) ? 'Export its networks.' : 'Use one of this library.';
}
