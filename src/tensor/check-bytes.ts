import { wrongKind } from './errors.js';

/** The remedy if text is to be written. */
export const WRITE_TEXT = 'Write text with new TextEncoder().encode(text).';

/** Throws unless `bytes` are bytes; `ofText` is the remedy if a text was given, such as a path. */
export function checkBytes(where: string, bytes: unknown, ofText: string): asserts bytes is Uint8Array {
  if (bytes instanceof Uint8Array) return;
  const { then, arrayBuffer } = (bytes ?? {}) as { readonly then?: unknown; readonly arrayBuffer?: unknown };
  let fix = 'Wrap an ArrayBuffer: new Uint8Array(buffer).';
  if (typeof bytes === 'string') fix = ofText;
  if (then) fix = 'Put await before what gives it.';
  if (arrayBuffer) fix = 'Read it: new Uint8Array(await it.arrayBuffer()).';
  throw wrongKind(where, 'bytes', 'must be a Uint8Array', { got: bytes, fix });
}
