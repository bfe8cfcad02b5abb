import { cut, unusable, type Found } from '../tensor/errors.js';
import { jsonFields, type Json } from '../training/json.js';
import { VERSION, type LayerText, type ModelText } from './architecture-text.js';
import { beyondLimit, MAX_LAYERS } from './limits.js';
import { makers } from './makers.js';
import { writings } from './named-values.js';

const FIX = 'The file is damaged, of a later version or not made by saveModel.';

/** Throws an error that says what is wrong with a file. */
export type RefuseModel = (rule: string, found: Found) => never;

/** Makes the function that rejects a model file. */
export function refuseModel(where: string): RefuseModel {
  return (rule, found) => {
    throw unusable(where, 'bytes', rule, { fix: FIX, ...found });
  };
}

/** Reads the description of a model: its form, its names, its sizes, and that each layer joins only earlier ones. Makes nothing. */
export function readModelText(text: Json, refuse: RefuseModel): ModelText {
  const { version, layers, model, ...others } = fieldsOf(text, 'a description', refuse);
  if (version !== VERSION) refuse(`must describe a model in version ${VERSION}`, { got: version });
  refuseKeys(others, 'a description', refuse);
  if (!Array.isArray(layers) || layers.length > MAX_LAYERS) {
    const seen = Array.isArray(layers) ? `${layers.length}` : undefined;
    return refuse(`must list its layers, at most ${MAX_LAYERS}`, { got: layers, seen });
  }
  const list = layers.map((layer: Json, place) => readLayer(layer, place, refuse));
  const roots = readRoots(model, list, refuse);
  const used = new Set([...list.flatMap(({ parts }) => parts), ...roots.values()]);
  const unused = list.findIndex((_, place) => !used.has(place));
  if (unused >= 0) refuse('must use each layer that it lists', { seen: `${at(unused)}, which nothing joins` });
  return { layers: list, roots };
}

/** The index of a layer in the list, for an error. */
export function at(place: number): string {
  return `layer ${place} of the list`;
}

function readLayer(layer: Json, place: number, refuse: RefuseModel): LayerText {
  const { kind, options = {}, parts = [], ...others } = fieldsOf(layer, at(place), refuse);
  refuseKeys(others, at(place), refuse);
  const maker = typeof kind === 'string' ? makers.get(kind) : undefined;
  if (typeof kind !== 'string' || maker === undefined) {
    const seen = `${cut(JSON.stringify(kind ?? null), 43)} in ${at(place)}`;
    return refuse('must consist of layers and parts of this library', { seen });
  }
  const list: readonly Json[] = Array.isArray(parts) ? (parts as Json[]) : refuse('must list parts', { got: parts });
  const joined = list.filter(isPlace);
  if (joined.length < list.length || joined.some((part) => part >= place)) {
    const seen = `${cut(JSON.stringify(parts), 43)} in ${at(place)}`;
    refuse('must join layers by the places of earlier ones in the list', { seen });
  }
  if (joined.length < maker.least || joined.length > maker.most) {
    const rule = `must join ${maker.least} to ${maker.most} networks by ${kind}`;
    refuse(rule, { seen: `${joined.length} in ${at(place)}` });
  }
  return { kind, options: readOptionTexts(kind, options, place, refuse), parts: joined };
}

function isPlace(value: Json): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readOptionTexts(kind: string, options: Json, place: number, refuse: RefuseModel): LayerText['options'] {
  const fields = fieldsOf(options, `the options of ${at(place)}`, refuse);
  for (const [name, value] of Object.entries(fields)) {
    const of = `${cut(name, 20)} of ${kind}, ${at(place)}`;
    if (name === 'random') refuse('must have no stream of random numbers', { seen: of });
    // values written by name are read when the layer is made
    if (writings.has(name)) continue;
    if (!isOption(value)) {
      refuse('must have options that are numbers, texts or arrays of numbers', {
        seen: `${cut(JSON.stringify(value), 43)} as ${of}`,
      });
    }
    const beyond = beyondLimit(kind, name, value);
    if (beyond !== undefined) refuse('must have options of sane size', { seen: `${beyond}, in ${at(place)}` });
  }
  return fields;
}

function isOption(value: Json): boolean {
  if (Array.isArray(value)) return value.every((inner) => Number.isFinite(inner));
  return typeof value === 'number' ? Number.isFinite(value) : typeof value === 'string' || value === null;
}

/** The index of a part that was saved alone, or of several by name. */
function readRoots(
  model: Json | undefined,
  layers: readonly LayerText[],
  refuse: RefuseModel,
): ReadonlyMap<string, number> {
  const rule = 'must name its parts by words, and their places in the list';
  const entries =
    typeof model === 'number' ? [['', model] as const] : Object.entries(fieldsOf(model, 'the model', refuse));
  if (entries.length === 0) refuse(rule, { seen: 'none' });
  for (const [name, place] of entries) {
    if (typeof model !== 'number' && !isPartName(name)) refuse(rule, { seen: `the name '${cut(name, 20)}'` });
    if (!isPlace(place) || place >= layers.length) refuse(rule, { seen: `${cut(JSON.stringify(place), 43)}` });
  }
  return new Map(entries as [string, number][]);
}

/** Whether a part may have this name in a file: an identifier that no object already has as a property. */
export function isPartName(name: string): boolean {
  return /^[a-z]\w{0,63}$/i.test(name) && !(name in {});
}

function fieldsOf(value: Json | undefined, what: string, refuse: RefuseModel): Readonly<Record<string, Json>> {
  return jsonFields(value) ?? refuse(`must have ${what} that is an object`, { got: value });
}

function refuseKeys(others: object, what: string, refuse: RefuseModel): void {
  const [key] = Object.keys(others);
  if (key !== undefined) refuse(`must have only known keys in ${what}`, { seen: `'${cut(key, 43)}'` });
}
