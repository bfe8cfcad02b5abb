import { wrongKind } from '../tensor/errors.js';

/** A value that JSON.stringify and JSON.parse preserve. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The fields of a JSON object, or undefined if `value` is not one. */
export function jsonFields(value: unknown): { readonly [key: string]: Json } | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })
    : undefined;
}

/** The deepest nesting of a value; a deeper value is assumed to contain itself. */
export const MAX_DEPTH = 100;

/** Throws unless JSON.stringify and JSON.parse preserve a value. */
export function checkJson(where: string, argument: string, value: unknown): asserts value is Json {
  checkLevel(where, argument, value, 0);
}

function checkLevel(where: string, argument: string, value: unknown, depth: number): void {
  const fix = 'Write numbers as they are, a BigInt as a string, and leave out what is undefined.';
  const refuse = (seen?: string): never => {
    throw wrongKind(where, argument, 'must be a value that JSON can hold', { got: value, seen, fix });
  };
  if (depth > MAX_DEPTH) refuse(`a value of more than ${MAX_DEPTH} levels`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : refuse();
  if (!Array.isArray(value) && !isPlain(value)) refuse();
  for (const [key, inner] of Object.entries(value as object)) {
    checkLevel(where, Array.isArray(value) ? `${argument}[${key}]` : `${argument}.${key}`, inner, depth + 1);
  }
}

/** Whether a value is a plain object, not an instance of a class. */
export function isPlain(value: unknown): value is object {
  const prototype: unknown = typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : undefined;
  return prototype === Object.prototype || prototype === null;
}

/** The value of a JSON text, or undefined if the text is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
