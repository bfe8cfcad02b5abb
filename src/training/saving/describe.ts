import type { Variable } from '@tensorflow/tfjs-core';
import type { RandomState } from '../../random/index.js';
import { noteOf } from '../../tensor/made-by.js';
import { isPlain, jsonFields, type Json } from '../json.js';
import type { Pieces } from '../pause.js';
import { checksumOf } from './checksum.js';

/** Deeper records are not described. */
const MAX_DEPTH = 6;

/**
 * Describes a run's settings as plain data: numbers and records as they are, an array of numbers by its length and
 * checksum, a stream by its seed and path. A value that a function of this library made is described by the function's name and options, and
 * by the networks that it joins; any other part by the shapes of its variables; any other function or instance of a class only by its name.
 */
export function* describe(value: unknown, depth = 0): Pieces<Json> {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  const made = noteOf(value);
  const { kind, options, parts = [] } = made ?? {};
  if (typeof value === 'function' && options === undefined) return kind ?? { function: value.name };
  if (depth === MAX_DEPTH) return { function: '' };
  // networks within networks do not count: a pass nests just as deep
  const inner = (part: unknown): Pieces<Json> => describe(part, made === undefined ? depth + 1 : depth);
  if (Array.isArray(value)) return Object.values(yield* describeFields(value as never, inner));
  if (ArrayBuffer.isView(value)) {
    return { numbers: (value as Float32Array).length, checksum: yield* checksumOf(value) };
  }
  const { state, fork, variables, dataId, shape } = value as Record<string, unknown>;
  if (typeof state === 'function' && typeof fork === 'function') {
    const { seed, path } = (state as () => RandomState)();
    return { seed, path };
  }
  let fields: object = value;
  if (Array.isArray(variables)) {
    fields =
      (made?.parts ?? kind)
        ? { kind, ...options, parts: parts.length, ...parts }
        : { variables: (variables as Variable[]).map(({ shape }) => shape) };
  } else if (dataId !== undefined) fields = { shape };
  else if (options !== undefined) fields = { name: kind, ...options };
  else if (!isPlain(value)) return { function: value.constructor.name };
  else if (kind !== undefined) fields = { kind, ...value };
  return yield* describeFields(fields, inner);
}

function* describeFields(fields: object, inner: (value: unknown) => Pieces<Json>): Pieces<Record<string, Json>> {
  const described: [string, unknown][] = Object.entries(fields);
  for (const field of described) field[1] = yield* inner(field[1]);
  return Object.fromEntries(described) as Record<string, Json>;
}

/** A place where two descriptions differ. */
export interface Difference {
  /** Names, outermost first: `optimizer.learningRate`. */
  readonly path: string;
  readonly saved: Json;
  readonly now: Json;
}

/** The differences of two descriptions. Functions are not compared, nor are fields that only one has, because versions may differ. */
export function differences(saved: Json, now: Json, path = ''): Difference[] {
  const [savedFields, fields] = [fieldsOf(saved), fieldsOf(now)];
  if (savedFields === undefined || fields === undefined) {
    return textOf(saved) === textOf(now) ? [] : [{ path, saved, now }];
  }
  if ('function' in savedFields && 'function' in fields) return [];
  // at the top level, `name` is one of the settings
  const isRenamed = path !== '' && savedFields['name'] !== fields['name'];
  if (isRenamed || 'function' in savedFields !== 'function' in fields) {
    return [{ path, saved: savedFields['name'] ?? saved, now: fields['name'] ?? now }];
  }
  const common = Object.keys(fields).filter((name) => Object.hasOwn(savedFields, name));
  return common.flatMap((name) =>
    differences(savedFields[name]!, fields[name]!, path === '' ? name : `${path}.${name}`),
  );
}

/** The fields of a record, or the members of a list of records with its length. */
function fieldsOf(json: Json): ReturnType<typeof jsonFields> {
  return Array.isArray(json) && json.every(jsonFields)
    ? { ...(json as object), length: json.length }
    : jsonFields(json);
}

/** A text that is the same for all functions. */
function textOf(json: Json): string {
  return JSON.stringify(json, (name, value: unknown) => (name === 'function' ? '' : value));
}

/** The paths of the functions in a description, which are not compared. */
export function functionsOf(description: Json, path = ''): string[] {
  const fields = fieldsOf(description);
  if (fields === undefined) return [];
  if ('function' in fields) return [path];
  return Object.entries(fields).flatMap(([name, value]) => functionsOf(value, path === '' ? name : `${path}.${name}`));
}
