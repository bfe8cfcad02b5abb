import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { checkBackend, checkNumber } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { free } from '../tensor/lost-backend.js';
import { readOptions, signalRule } from '../tensor/options.js';
import { withPauses } from '../training/pause.js';
import type { ModelText } from './architecture-text.js';
import type { MakePart } from './define-part.js';
import { makeLayers } from './make-layers.js';
import { functionsFor, makeOwnBy, makersRule } from './make-own.js';
import { kindOf, modelKinds } from './makers.js';
import type { ExpectedModel, LoadedModel, ModelKind } from './part-kinds.js';
import { MAX_BYTES, readModelFile, type ModelFile } from './read-file.js';
import { rejectModel } from './read-model-text.js';

/** Options of {@link loadModel}. */
export interface LoadModelOptions<As extends ExpectedModel | undefined = undefined> {
  /**
   * The expected content of the file, which also determines the type of the result: `'decoder'`, or
   * `{ encoder: 'encoder', decoder: 'decoder' }`. Other parts are not made. By default, all parts are loaded.
   */
  readonly as?: As | undefined;
  /** The functions of yours, from {@link definePart}, that make parts of the file; none by default. */
  readonly makers?: readonly MakePart[] | undefined;
  /** The largest number of bytes in the file; default 2^29. The loaded model takes no more memory than the file's numbers as float32. */
  readonly maxBytes?: number | undefined;
  /** Cancels the load, and rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a model from its file, without the code that made it.
 *
 * @param bytes - a file from {@link saveModel}; it may come from a source that you do not trust
 * @param options - see {@link LoadModelOptions}
 * @returns the part, or the parts by name, like those that were saved: you can use, train and save them; the caller disposes them
 * @throws Error in one sentence if the file is broken or too large, contains other parts than `as` says, or describes something that
 *   cannot be made, such as a part of your own whose function is not among the `makers`. Before any variable is made, the description is
 *   checked and compared with the tensors of the file
 * @remarks A file is plain data: it names functions of this library, or of yours, and their options, and no code in it is run.
 * @example
 * ```ts
 * const loaded = await loadModel(await saveModel(decoder), { as: 'decoder' });
 * console.log(loaded.mean(tf.zeros([3, 4])).shape); // [3, 8, 8, 1]
 * ```
 */
export async function loadModel<const As extends ExpectedModel | undefined = undefined>(
  bytes: Uint8Array,
  options: LoadModelOptions<As> = {},
): Promise<LoadedModel<As>> {
  return load('loadModel', bytes, options);
}

/** {@link loadModel}, with errors that name the function `where`. */
export async function load<As extends ExpectedModel | undefined>(
  where: string,
  bytes: Uint8Array,
  options: LoadModelOptions<As>,
): Promise<LoadedModel<As>> {
  const { as, makers, maxBytes, signal } = readOptions(where, options as LoadModelOptions, {
    as: expectedRule,
    makers: makersRule,
    maxBytes: { is: checkNumber, default: MAX_BYTES, least: 0 },
    signal: signalRule,
  });
  const file = await withPauses(readModelFile(where, bytes, maxBytes), signal);
  checkKinds(where, file.text, as);
  checkBackend(where);
  return makeModel(where, file, as, makers) as LoadedModel<As>;
}

/** The rule of the option for the expected content of a model file. */
export const expectedRule = { is: checkExpected, default: undefined } as const;

/** Throws unless `as` is a kind of part, or a record of kinds by name. */
function checkExpected(where: string, argument: string, as: unknown): void {
  const isKind = (kind: unknown): boolean => modelKinds.includes(kind as ModelKind);
  const isRecord = as !== null && typeof as === 'object';
  const kinds: unknown[] = isRecord ? Object.values(as) : [as];
  if (kinds.length > 0 && kinds.every(isKind)) return;
  const got = isRecord && kinds.length > 0 ? kinds.find((kind) => !isKind(kind)) : as;
  throw wrongKind(where, argument, `must be one of ${modelKinds.join(', ')}, or a record of them by name`, { got });
}

/** Throws unless a file contains what is expected. */
function checkKinds(where: string, text: ModelText, as: ExpectedModel | undefined): void {
  if (as === undefined) return;
  const kinds = new Map([...text.roots].map(([name, place]) => [name, kindOf(text, place)]));
  const single = kinds.get('');
  const seen = single ?? `{ ${[...kinds].map(([name, kind]) => `${name}: ${kind}`).join(', ')} }`;
  const fix = 'Expect what it contains.';
  if (typeof as === 'string') {
    if (single !== as)
      throw unusable(where, 'bytes', `must contain one part of the kind ${as}, as \`as\` says`, { seen, fix });
    return;
  }
  for (const [name, kind] of Object.entries(as)) {
    if (single === undefined && kinds.get(name) === kind) continue;
    throw unusable(where, 'bytes', `must contain a part ${name} of the kind ${kind}, as \`as\` says`, { seen, fix });
  }
}

/** Makes the requested parts and their layers; if one cannot be made, the others are disposed. */
function makeModel(
  where: string,
  { content, text, plan }: ModelFile,
  as: ExpectedModel | undefined,
  makers: readonly MakePart[],
): Part | Readonly<Record<string, Part>> {
  const roots = [...text.roots].filter(([name]) => typeof as !== 'object' || Object.hasOwn(as, name));
  const wanted = placesBelow(
    text,
    roots.map(([, place]) => place),
  );
  const reject = rejectModel(where);
  const own: Part[] = [];
  const makeOwn = makeOwnBy(functionsFor(where, text, wanted, makers), own, reject);
  const variables: Variable[] = [];
  const sourceOf = (place: number) => {
    const names = plan.names[place]![Symbol.iterator]();
    return (_: readonly number[], trainable: boolean): Variable => {
      const { data, shape } = content.tensors.get(names.next().value!)!;
      const variable = tf.tidy(() => tf.variable(tf.tensor(data as Float32Array, [...shape], 'float32'), trainable));
      variables.push(variable);
      return variable;
    };
  };
  try {
    const made = makeLayers(text, (place) => wanted.has(place), sourceOf, makeOwn, reject);
    const parts = roots.map(([name, place]) => [name, made.get(place)!] as const);
    return text.roots.has('') ? parts[0]![1] : Object.fromEntries(parts);
  } catch (error) {
    for (const part of own) part.dispose();
    free(variables);
    throw error;
  }
}

/** The indices of layers and of all layers in them. */
function placesBelow({ layers }: ModelText, roots: readonly number[]): ReadonlySet<number> {
  const wanted = new Set(roots);
  for (let place = layers.length - 1; place >= 0; place--) {
    if (wanted.has(place)) for (const part of layers[place]!.parts) wanted.add(part);
  }
  return wanted;
}
