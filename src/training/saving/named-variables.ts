import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import { checkShape, checkTensor } from '../../tensor/checks.js';
import { cut, unusable } from '../../tensor/errors.js';
import { checkOnGpu, free, readNumbers } from '../../tensor/lost-backend.js';
import type { Json } from '../json.js';
import { createPause, withPauses, type Pieces } from '../pause.js';
import { withSums } from './checksums.js';
import { encodePieces, type SafetensorsContent, type SafetensorsDtype, type SafetensorsTensor } from './safetensors.js';
import { decodeNumbers, encodeNumbers } from './stored-numbers.js';

const DTYPES: Readonly<Record<string, SafetensorsDtype>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };

/** Variables with their names in a file. */
export type Named = readonly (readonly [string, Variable])[];

/** How float32 variables are written: unchanged, or rounded to float16. */
export type FloatDtype = 'F32' | 'F16';

/** How variables are written, and the other content of the file. */
interface EncodeOptions {
  readonly dtype?: FloatDtype | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** A description, which takes time for large data. */
  readonly about?: Pieces<Json>;
  readonly signal?: AbortSignal | undefined;
}

/** Reads variables from the device and writes them to a file, for the function `where`. */
export async function encodeVariables(
  where: string,
  named: Named,
  { dtype: floats = 'F32', metadata, about, signal }: EncodeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  named.forEach(([name, variable]) => checkOnGpu(where, name, variable));
  // clones, so that a step during the read does not change the file
  const copies = named.map(([, variable]) => tf.clone(variable));
  try {
    const values = await readNumbers(where, copies, createPause());
    const tensors = named.map(([name, { dtype, shape }], i) => ({
      name,
      dtype: dtype === 'float32' ? floats : DTYPES[dtype]!,
      shape,
      data: values[i]!,
    }));
    return await withPauses(encodeWithSums(where, tensors, metadata, about), signal);
  } finally {
    free(copies);
  }
}

/** Writes tensors with their checksums, and a description. */
export function* encodeWithSums(
  where: string,
  tensors: readonly SafetensorsTensor[],
  metadata: Readonly<Record<string, string>>,
  about?: Pieces<Json>,
): Pieces<Uint8Array<ArrayBuffer>> {
  const all = about === undefined ? metadata : { ...metadata, about: JSON.stringify(yield* about) };
  // the checksums are those of the numbers that a reader will get
  const readBack = tensors.map((tensor) => ({ ...tensor, data: asRead(tensor) }));
  return yield* encodePieces({ tensors, metadata: yield* withSums(readBack, all) }, where);
}

function asRead({ dtype, data }: SafetensorsTensor): SafetensorsTensor['data'] {
  const isSame = dtype === 'F32' || dtype === 'I32' || dtype === 'U8' || dtype === 'BOOL';
  return isSame ? data : decodeNumbers(dtype, encodeNumbers(dtype, data).slice().buffer).data;
}

/** Throws unless a file holds exactly the wanted tensors, with the shapes and types of the live variables. */
export function checkTensors(where: string, { tensors }: SafetensorsContent, wanted: Named): void {
  const names = new Set(wanted.map(([name]) => name));
  const extra = [...tensors.keys()].filter((name) => !names.has(name));
  const missing = [...names].filter((name) => !tensors.has(name));
  if (extra.length + missing.length > 0) {
    const lacks = missing.length > 0 ? `no ${cut(missing.join(', '))}` : '';
    const adds = extra.length > 0 ? `${cut(extra.join(', '))} in addition` : '';
    const rule = `must hold exactly the ${names.size} tensors of this model`;
    const seen = `a file with ${[lacks, adds].filter((part) => part !== '').join(' and ')}`;
    throw unusable(where, 'bytes', rule, { seen, fix: fixOf([...missing, ...extra]) });
  }
  for (const [name, variable] of wanted) {
    checkTensor(where, name, variable);
    const saved = tensors.get(name)!;
    const dtype = DTYPES[variable.dtype];
    checkShape(where, `bytes: ${name}`, saved, variable.shape, fixOf([name]));
    if (saved.dtype !== dtype) throw unusable(where, `bytes: ${name}`, `must be ${dtype}`, { seen: saved.dtype });
  }
  checkShared(where, wanted, (name) => tensors.get(name)!.data);
}

/** Throws unless a variable with several names, because parts share it, has the same numbers under each. */
export function checkShared(
  where: string,
  wanted: Named,
  numbersOf: (name: string) => SafetensorsTensor['data'],
): void {
  const names = new Map<Variable, string>();
  for (const [name, variable] of wanted) {
    const first = names.get(variable) ?? name;
    names.set(variable, first);
    if (first === name) continue;
    const numbers = numbersOf(name);
    if (Array.prototype.every.call(numbersOf(first), (number, i) => Object.is(number, numbers[i]))) continue;
    const rule = `must have the same numbers as ${first}, which is the same variable in this model`;
    const fix = 'Make the model with separate layers, as when it was saved.';
    throw unusable(where, `bytes: ${name}`, rule, { seen: 'other numbers', fix });
  }
}

/** The remedy if these tensors are wrong, which depends on whether they belong to optimizers and averages or to a model. */
function fixOf(names: readonly string[]): string {
  return names.every((name) => /^(\w*[oO]ptimizer|average[A-Z]\w*)\.\d+$/.test(name))
    ? 'Make the trainer with the optimizers and averages that it was saved with: describeCheckpoint lists them.'
    : 'Make the model with the sizes it was saved with.';
}

/** Assigns the tensors of a checked file to their variables: all tensors are made, and `before` is called, before any variable changes. */
export function assignAll({ tensors }: SafetensorsContent, wanted: Named, before?: () => void): void {
  const made = tf.tidy(() =>
    wanted.map(([name, { dtype, shape }]) => tf.tensor(tensors.get(name)!.data as Float32Array, shape, dtype)),
  );
  try {
    before?.();
    wanted.forEach(([, variable], i) => variable.assign(made[i]!));
  } finally {
    tf.dispose(made);
  }
}
