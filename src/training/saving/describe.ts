import type { Variable } from '@tensorflow/tfjs-core';
import type { RandomState } from '../../random/index.js';
import { settingsOf } from '../../tensor/made-by.js';
import { isPlain, jsonFields, type Json } from '../json.js';
import type { Pieces } from '../pause.js';
import { checksumOf } from './checksum.js';

/** Deeper records are not described. */
const DEEPEST = 6;

/**
 * Describes a run's settings as plain data: numbers and records as they are, an array of numbers by its length and
 * checksum, a stream by its seed and path, a part by the shapes of its variables. A function, or a value of another class, is
 * described only by its name, unless this library has stored on it the settings that it was made with.
 */
export function* describe(value: unknown, depth = 0): Pieces<Json> {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint' || typeof value === 'symbol') return value.toString();
  const settings = settingsOf(value);
  if (typeof value === 'function' && settings === undefined) return { function: value.name };
  if (depth === DEEPEST) return { function: '' };
  const inner = (part: unknown): Pieces<Json> => describe(part, depth + 1);
  if (Array.isArray(value)) return Object.values(yield* describeFields(value as never, inner));
  if (ArrayBuffer.isView(value)) {
    return { numbers: (value as Float32Array).length, checksum: yield* checksumOf(value) };
  }
  const { state, fork, variables, dataId, shape } = value as Record<string, unknown>;
  if (typeof state === 'function' && typeof fork === 'function') {
    const { seed, path } = (state as () => RandomState)();
    return { seed, path };
  }
  if (Array.isArray(variables)) return { variables: (variables as Variable[]).map(({ shape }) => [...shape]) };
  if (dataId !== undefined) return { shape: yield* inner(shape) };
  if (settings !== undefined) return yield* describeFields(settings, inner);
  if (!isPlain(value)) return { function: value.constructor.name };
  return yield* describeFields(value as Record<string, unknown>, inner);
}

function* describeFields(
  fields: Readonly<Record<string, unknown>>,
  inner: (value: unknown) => Pieces<Json>,
): Pieces<Record<string, Json>> {
  const described = Object.entries(fields);
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

/** Where two descriptions differ. Functions are not compared, nor is anything that only one has, because versions may differ. */
export function differences(saved: Json, now: Json, path = ''): Difference[] {
  const [savedFields, fields] = [jsonFields(saved), jsonFields(now)];
  if (savedFields === undefined || fields === undefined) {
    const isSame = JSON.stringify(saved) === JSON.stringify(now);
    return isSame ? [] : [{ path, saved, now }];
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

/** The paths of the functions in a description, which are not compared. */
export function functionsOf(description: Json, path = ''): string[] {
  const fields = jsonFields(description);
  if (fields === undefined) return [];
  if ('function' in fields) return [path];
  return Object.entries(fields).flatMap(([name, value]) => functionsOf(value, path === '' ? name : `${path}.${name}`));
}
