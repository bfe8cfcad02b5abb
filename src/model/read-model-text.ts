import { cut, unusable, type Found } from '../tensor/errors.js';
import { jsonFields, type Json } from '../training/json.js';
import { isOwnKind, VERSION, type LayerText, type ModelText, type OwnText } from './architecture-text.js';
import { beyondLimit, MAX_LAYERS } from './limits.js';
import { makers, modelKinds } from './makers.js';
import { valueCodecs } from './named-values.js';
import { areTooLarge, sizesIn } from './sizes-in.js';
import type { ModelKind } from './part-kinds.js';

const FIX = 'The file is damaged, of a later version or not from saveModel.';

/** Throws an error about a model file. */
export type RejectModel = (rule: string, found: Found) => never;

/** Makes the function that rejects a model file. */
export function rejectModel(where: string): RejectModel {
  return (rule, found) => {
    throw unusable(where, 'bytes', rule, { fix: FIX, ...found });
  };
}

/**
 * Reads the description of a model without making anything. It checks the form, the names, the order of the layers, and whether the sizes are
 * reasonable for a file of so many numbers.
 */
export function readModelText(text: Json, numbers: number, reject: RejectModel): ModelText {
  const { version, layers, model, ...others } = fieldsOf(text, 'a description', reject);
  if (version !== VERSION) reject(`must describe a model in version ${VERSION}`, { got: version });
  rejectUnknownKeys(others, 'a description', reject);
  if (!Array.isArray(layers) || layers.length > MAX_LAYERS) {
    const seen = Array.isArray(layers) ? `${layers.length}` : undefined;
    return reject(`must list its layers, at most ${MAX_LAYERS}`, { got: layers, seen });
  }
  let sizes = 0;
  const list = layers.map((layer: Json, place) => {
    const read = readLayer(layer, place, reject);
    for (const [name, value] of Object.entries(read.own ? {} : read.options)) {
      if (valueCodecs.has(name) || !areTooLarge((sizes += sizesIn({ [name]: value })), numbers)) continue;
      const seen = `${cut(name, 20)} ${cut(JSON.stringify(value), 43)} of ${read.kind}, ${at(place)}`;
      reject(`must have sizes that are reasonable for its ${numbers} numbers`, { seen });
    }
    return read;
  });
  const roots = readRoots(model, list, reject);
  const used = new Set([...list.flatMap(({ parts }) => parts), ...roots.values()]);
  const unused = list.findIndex((_, place) => !used.has(place));
  if (unused >= 0) reject('must not list unused layers', { seen: `${at(unused)}, which is not used` });
  return { layers: list, roots };
}

/** The index of a layer in the list, for an error. */
export function at(place: number): string {
  return `layer ${place} of the list`;
}

function readLayer(layer: Json, place: number, reject: RejectModel): LayerText {
  const { kind, options = {}, parts = [], own, ...others } = fieldsOf(layer, at(place), reject);
  rejectUnknownKeys(others, at(place), reject);
  const isOwn = own !== undefined && typeof kind === 'string' && isOwnKind(kind);
  const maker = isOwn ? OWN : typeof kind === 'string' && own === undefined ? makers.get(kind) : undefined;
  if (typeof kind !== 'string' || maker === undefined) {
    const seen = `${cut(JSON.stringify(kind ?? null), 43)} in ${at(place)}`;
    return reject('must consist of layers and parts of this library', { seen });
  }
  const list: readonly Json[] = Array.isArray(parts) ? (parts as Json[]) : reject('must list parts', { got: parts });
  const indices = list.filter(isPlace);
  if (indices.length < list.length || indices.some((part) => part >= place)) {
    const seen = `${cut(JSON.stringify(parts), 43)} in ${at(place)}`;
    reject('must refer to parts by the indices of earlier layers', { seen });
  }
  if (indices.length < maker.minParts || indices.length > maker.maxParts) {
    const rule = `must have ${maker.minParts} to ${maker.maxParts} networks in ${kind}`;
    reject(rule, { seen: `${indices.length} in ${at(place)}` });
  }
  if (isOwn)
    return { kind, options: fieldsOf(options, 'options', reject), parts: indices, own: readOwn(own, place, reject) };
  return { kind, options: readOptionTexts(kind, options, place, reject), parts: indices };
}

/** A part of a user's function may have any number of parts. */
const OWN = { minParts: 0, maxParts: Infinity };

/** Reads what a file says of a part that a user's function made. */
function readOwn(own: Json, place: number, reject: RejectModel): OwnText {
  const { as, inputs, variables, buffers } = fieldsOf(own, `a part of a user in ${at(place)}`, reject);
  const isInput = (input: Json): boolean =>
    input === 'random' || input === 'value' || (Array.isArray(input) ? input : [input]).every(isPlace);
  const isShapes = (list: Json | undefined): boolean =>
    Array.isArray(list) && list.every((one: Json) => (Array.isArray(one) ? one : [one]).every(isPlace));
  const isRight =
    modelKinds.includes(as as ModelKind) &&
    Object.values(jsonFields(inputs) ?? [-1]).every(isInput) &&
    [variables, buffers].every(isShapes);
  if (!isRight)
    reject('must describe the variables of parts', { seen: `${cut(JSON.stringify(own), 43)} in ${at(place)}` });
  return own as unknown as OwnText;
}

function isPlace(value: Json): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readOptionTexts(kind: string, options: Json, place: number, reject: RejectModel): LayerText['options'] {
  const fields = fieldsOf(options, `the options of ${at(place)}`, reject);
  for (const [name, value] of Object.entries(fields)) {
    const option = `${cut(name, 20)} of ${kind}, ${at(place)}`;
    if (name === 'random') reject('must have no stream of random numbers', { seen: option });
    // values written by name are read when the layer is made
    if (valueCodecs.has(name)) continue;
    if (!isOption(value)) {
      reject('must have options that are numbers, strings, true, false or arrays of numbers', {
        seen: `${cut(JSON.stringify(value), 43)} as ${option}`,
      });
    }
    const beyond = beyondLimit(name, value);
    if (beyond !== undefined) reject('must have options of reasonable size', { seen: `${beyond}, in ${at(place)}` });
  }
  return fields;
}

function isOption(value: Json): boolean {
  if (Array.isArray(value)) return value.every((inner) => Number.isFinite(inner));
  return typeof value === 'number' ? Number.isFinite(value) : value === null || /string|boolean/.test(typeof value);
}

/** The index of a single part, or of several parts by name. */
function readRoots(
  model: Json | undefined,
  layers: readonly LayerText[],
  reject: RejectModel,
): ReadonlyMap<string, number> {
  const rule = 'must name its parts, and give their indices in the list';
  const entries =
    typeof model === 'number' ? [['', model] as const] : Object.entries(fieldsOf(model, 'the model', reject));
  if (entries.length === 0) reject(rule, { seen: 'none' });
  for (const [name, place] of entries) {
    if (typeof model !== 'number' && !isPartName(name)) reject(rule, { seen: `the name '${cut(name, 20)}'` });
    if (!isPlace(place) || place >= layers.length) reject(rule, { seen: `${cut(JSON.stringify(place), 43)}` });
  }
  return new Map(entries as [string, number][]);
}

/** Whether a part may have this name in a file: an identifier that is not a property of every object. */
export function isPartName(name: string): boolean {
  return /^[a-z]\w{0,63}$/i.test(name) && !(name in {});
}

function fieldsOf(value: Json | undefined, what: string, reject: RejectModel): Readonly<Record<string, Json>> {
  return jsonFields(value) ?? reject(`must have ${what} that is an object`, { got: value });
}

function rejectUnknownKeys(others: object, what: string, reject: RejectModel): void {
  const [key] = Object.keys(others);
  if (key !== undefined) reject(`must have only known keys in ${what}`, { seen: `'${cut(key, 43)}'` });
}
