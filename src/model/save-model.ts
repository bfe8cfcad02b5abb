import type { Part } from '../nets/network.js';
import { checkAlive } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { readOptions, signalRule } from '../tensor/options.js';
import type { Json } from '../training/index.js';
import { checkJson } from '../training/json.js';
import { encodeVariables } from '../training/saving/named-variables.js';
import { dtypeRule } from '../training/saving/weights.js';
import { savedVariables } from '../training/trainer/trainer.js';
import { version } from '../../package.json';
import { FORMAT, VERSION, type ModelText } from './architecture-text.js';
import { isPart } from './define-part.js';
import { describeParts, type Roots } from './describe-parts.js';
import { namesOf, numbersIn, planModel } from './plan-model.js';
import { isPartName, readModelText, type RejectModel } from './read-model-text.js';

/** Options of {@link saveModel}. */
export interface SaveModelOptions {
  /**
   * `F32`, the default, preserves every bit. `F16` halves the file: numbers are rounded to 11 bits, by up to one part in 2,048, and
   * those below 6e-5 to a multiple of 6e-8.
   */
  readonly dtype?: 'F32' | 'F16' | undefined;
  /** Your own data, such as the names of classes; {@link describeModel} returns them. By default null. */
  readonly metadata?: Json | undefined;
  /** Cancels the save, and rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a model into one file: weights, statistics, and how it was made, so that {@link loadModel} does not need your code.
 *
 * @param model - a layer, a network, an encoder, decoder, generator, discriminator or denoiser made by functions of this library; or
 *   several by name: `{ encoder, decoder }`. Layers that they share stay shared
 * @param options - see {@link SaveModelOptions}
 * @returns a safetensors file: tensors `0`, `1`, ... in the order of the variables and buffers, starting with the first part; the
 *   description as JSON in the metadata; and a checksum of each
 * @throws Error that says where a part was made by hand or from a tfjs layers model, or with an activation, likelihood, prior or target
 *   that is not from this library; RangeError if a number is not finite, or beyond 65,504 with `F16`
 * @example
 * ```ts
 * const bytes = await saveModel({ encoder, decoder }, { metadata: { classes: 16 } });
 * console.log(describeModel(bytes).metadata); // { classes: 16 }
 * ```
 * @see https://github.com/huggingface/safetensors
 */
export async function saveModel(
  model: Part | { readonly [name: string]: Part },
  options: SaveModelOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const where = 'saveModel';
  const { dtype, metadata, signal } = readOptions(where, options, {
    dtype: dtypeRule,
    metadata: { is: checkJson, default: null },
    signal: signalRule,
  });
  const roots = rootsOf(where, model);
  for (const part of roots.values()) checkAlive(where, 'model', savedVariables(part));
  const text = describeParts(where, roots);
  const named = [...namesOf([...roots.values()])].map(([variable, name]) => [name, variable] as const);
  const plain = plainText(text);
  checkFits(where, plain, named);
  const texts = { format: FORMAT, model: JSON.stringify(plain), library: version, metadata: JSON.stringify(metadata) };
  return encodeVariables(where, named, { dtype, metadata: texts, signal });
}

function rootsOf(where: string, model: Part | { readonly [name: string]: Part }): Roots {
  if (isPart(model)) return new Map([['', model]]);
  const rule = 'must be a network, a part, or several by name';
  if (model === null || typeof model !== 'object') throw wrongKind(where, 'model', rule, { got: model });
  const entries = Object.entries(model).filter(([, part]) => (part as Part | undefined) !== undefined);
  if (entries.length === 0) throw wrongKind(where, 'model', rule, { got: model });
  for (const [name, part] of entries) {
    if (!isPart(part)) throw wrongKind(where, `model.${name}`, 'must be a network or a part', { got: part });
    if (isPartName(name)) continue;
    throw unusable(where, 'model', 'must have names that are words of letters and digits', { seen: `'${name}'` });
  }
  return new Map(entries);
}

function plainText({ layers, roots }: ModelText): Json {
  const single = roots.get('');
  const list = layers.map(({ kind, options, parts, own }) => ({
    kind,
    ...(own === undefined ? {} : { own: { ...own } }),
    ...(Object.keys(options).length > 0 ? { options } : {}),
    ...(parts.length > 0 ? { parts } : {}),
  }));
  return { version: VERSION, layers: list, model: single ?? Object.fromEntries(roots) };
}

/** Throws unless the file can be loaded. It cannot if an option was changed after a network was made, or a user's part shares what it was not given. */
function checkFits(where: string, text: Json, named: readonly (readonly [string, { shape: number[] }])[]): void {
  const reject: RejectModel = (rule, { got, seen = JSON.stringify(got) }) => {
    const fix = JSON.stringify(text).includes('"own":')
      ? 'Parts of your own get what they share as options, and are networks where they are within others.'
      : 'Do not change the arrays that it was made with.';
    throw unusable(where, 'model', 'must match its options', { seen: `a file that ${rule}, and has ${seen}`, fix });
  };
  const headers = new Map(named.map(([name, { shape }]) => [name, { shape, dtype: 'F32' }] as const));
  planModel(readModelText(text, numbersIn(headers), reject), headers, reject);
}
