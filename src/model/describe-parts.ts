import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { cut, unusable } from '../tensor/errors.js';
import { noteOf, type Defined } from '../tensor/made-by.js';
import type { Json } from '../training/index.js';
import { savedVariables } from '../training/trainer/trainer.js';
import type { LayerText, ModelText, OwnText, VariableText } from './architecture-text.js';
import { makers } from './makers.js';
import { valueCodecs } from './named-values.js';

/** Parts by name; a single part has the name ''. */
export type Roots = ReadonlyMap<string, Part>;

/** Describes as plain data how parts were made, each layer once. Throws an error that locates a part which was made by other code. */
export function describeParts(where: string, roots: Roots): ModelText {
  const layers: LayerText[] = [];
  const places = new Map<Part, number>();
  const visit = (part: Part, path: readonly string[]): number => {
    const known = places.get(part);
    if (known !== undefined) return known;
    const { kind, options, parts, own } = ownText(part, path) ?? writable(where, part, path);
    const inner = parts.map((one, i) => visit(one, [...path, parts.length > 1 ? `${kind}[${i}]` : kind]));
    layers.push({ kind, options, parts: inner, ...(own && { own }) });
    places.set(part, layers.length - 1);
    return layers.length - 1;
  };
  const functions = new Map<string, unknown>();
  const ownText = (part: Part, path: readonly string[]): Writable | undefined => {
    const { defined } = noteOf(part) ?? {};
    if (defined === undefined) return undefined;
    const { kind, make, parts } = defined;
    const reject = (rule: string): never => {
      throw unusable(where, 'model', rule, { seen: `${kind}${placeOf(path)}` });
    };
    if ((functions.get(kind) ?? make) !== make) reject('must not have two functions of one name');
    functions.set(kind, make);
    const all = savedVariables(part);
    if (all.some(({ dtype }) => dtype !== 'float32')) reject('must have variables of float32');
    if (variablesIn(parts).some((one) => !all.includes(one))) reject('must list the variables of all its parts');
    return { kind, options: defined.options as Writable['options'], parts, own: ownTextOf(part, defined) };
  };
  const entries = [...roots].map(([name, part]) => [name, visit(part, name === '' ? [] : [name])] as const);
  return { layers, roots: new Map(entries) };
}

interface Writable {
  readonly kind: string;
  readonly options: Readonly<Record<string, Json>>;
  readonly parts: readonly Part[];
  readonly own?: OwnText;
}

/** What a file says of a part that a user's function made. */
export function ownTextOf({ variables, buffers = [] }: Part, { as, inputs, parts }: Defined<Part>): OwnText {
  const places = new Map(variablesIn(parts).map((variable, i) => [variable, i]));
  const textOf = (variable: Variable): VariableText => places.get(variable) ?? variable.shape;
  return { as, inputs, variables: variables.map(textOf), buffers: buffers.map(textOf) };
}

/** The variables and buffers of parts, each once: a file refers to them by their indices. */
export function variablesIn(parts: readonly Part[]): readonly Variable[] {
  return [...new Set(parts.flatMap(savedVariables))];
}

function writable(where: string, part: Part, path: readonly string[]): Writable {
  const { kind, options = {}, parts = [] } = noteOf(part) ?? {};
  const maker = kind === undefined ? undefined : makers.get(kind);
  if (kind === undefined || maker === undefined) {
    const rule = 'must be made only by functions of this library';
    const seen = `one of your own or of fromLayersModel${placeOf(path)}`;
    const fix = 'Name its function with definePart, or save its weights with saveWeights.';
    throw unusable(where, 'model', rule, { seen, fix });
  }
  // a user's own norm is written as the layers that it returned
  if (kind === 'dcganDiscriminator' && 'norm' in options && isOwnNorm(options.norm)) {
    return { kind: 'sequential', options: {}, parts };
  }
  return { kind, options: plainOptions(where, kind, options, path), parts: parts.slice(0, maker.maxParts) };
}

function isOwnNorm(norm: unknown): boolean {
  return norm !== undefined && valueCodecs.get('norm')!.write(norm) === undefined;
}

/** The options of a part of this library as JSON, with null for those that are not used: a later version may use them by default. */
export function plainOptions(
  where: string,
  kind: string,
  options: object,
  path: readonly string[],
): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]: [string, unknown]) => {
      if (value === undefined) return [name, null];
      const codec = valueCodecs.get(name);
      if (codec === undefined) return [name, value as Json];
      const plain = codec.write(value);
      if (plain !== undefined) return [name, plain];
      const seen = `${own(value)} as ${name} of ${kind}${placeOf(path)}`;
      const fix = `A file can contain ${codec.choices}; save only the weights with saveWeights.`;
      throw unusable(where, 'model', `must have its ${name} from this library`, { seen, fix });
    }),
  );
}

function own(value: unknown): string {
  const { name } = value as { readonly name?: unknown };
  return typeof name === 'string' && name !== '' ? `'${cut(name, 20)}'` : 'one of your own';
}

function placeOf(path: readonly string[]): string {
  return path.length === 0 ? '' : `, in ${path.join(' > ')}`;
}
