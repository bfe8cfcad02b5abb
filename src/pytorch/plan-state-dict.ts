import type { Part } from '../nets/network.js';
import { checkAlive, checkWord } from '../tensor/checks.js';
import { outOfRange, unusable, wrongKind } from '../tensor/errors.js';
import { checkSizes } from '../nets/layer.js';
import { savedVariables } from '../training/trainer/trainer.js';
import type { Arrangement } from './arrange.js';
import { orderOf } from './features.js';
import { namesOf, type StateDictNames } from './names.js';
import type { Slot } from './state-dict-entry.js';
import type { Flow, Walk } from './flow.js';
import { hasSeries } from './layer-visits.js';
import { checkPlain, visit } from './walk.js';
import { optional, type Read, type Rules } from '../tensor/options.js';

/** One part, or several by name: `{ encoder, decoder }` gives names such as `encoder.0.weight`. */
export type StateDictParts = Part | Readonly<Record<string, Part>>;

/** How the names and layouts of a part are determined. */
export interface StateDictOptions {
  /** The names in the file, if they differ from those of the structure: prefixes, such as `{ '0': 'fc1' }`, or a function. By default those of the structure. */
  readonly names?: StateDictNames | undefined;
  /** A prefix of every name, such as `decoder.`; a load ignores other names in the file. None by default. */
  readonly prefix?: string | undefined;
  /**
   * The shape of one example, without the batch axis, for a part of your own that flattens maps: `[28, 28, 1]`, or `[steps, channels]`.
   * None by default.
   */
  readonly input?: readonly number[] | undefined;
  /**
   * The layout of the maps that the Python model flattens. With `NCHW`, PyTorch's own layout and the default, weights after a flatten and
   * before a reshape are reordered. With `NHWC`, neither these weights nor the images of an example are reordered. The same holds for
   * sequences `[batch, steps, channels]` that 1-D convolutions read.
   */
  readonly images?: 'NCHW' | 'NHWC' | undefined;
}

/** The rules of {@link StateDictOptions}. */
export const stateDictRules = {
  names: optional,
  prefix: { default: '' },
  input: { is: checkInputShape, default: undefined },
  images: { is: checkWord, default: 'NCHW', of: ['NCHW', 'NHWC'] },
} satisfies Rules<StateDictOptions>;

/** A tensor in the file: its slot, name and arrangement. */
export interface Planned {
  readonly slot: Slot;
  readonly name: string;
  readonly arrangement: Arrangement;
}

/** Finds the tensors of one or more parts, with their names and layouts. */
export function planStateDict(
  where: string,
  parts: StateDictParts,
  options: Read<StateDictOptions, typeof stateDictRules>,
): Planned[] {
  const { input, images } = options;
  const slots: Slot[] = [];
  for (const [path, part] of namedParts(where, parts)) {
    checkAlive(where, 'part', savedVariables(part));
    const walk: Walk = { where, channelsFirst: images === 'NCHW', slots: [], plain: [] };
    const out = visit(walk, part, flowOf(walk, input), path);
    if (out !== undefined && 'row' in out) walk.plain.push(out.row);
    checkPlain(walk);
    checkAll(where, part, walk.slots);
    slots.push(...walk.slots);
  }
  const paths = slots.map(({ path }) => path);
  const names = namesOf(where, paths, options);
  return slots.map((slot, i) => ({ slot, name: names[i]!, arrangement: arrangementOf(where, slot) }));
}

/** The number of axes of the tensors in an example whose channels are first in PyTorch: images and, if the part convolves them, sequences. */
export function channelsFirstOf(planned: readonly Planned[], { images }: StateDictOptions): readonly number[] {
  if (images === 'NHWC') return [];
  return hasSeries(planned.map(({ slot }) => slot)) ? [3, 4] : [4];
}

function namedParts(where: string, parts: StateDictParts): [string, Part][] {
  const isPart = (value: unknown): value is Part => Array.isArray((value as Part | null | undefined)?.variables);
  if (isPart(parts)) return [['', parts]];
  const entries = Object.entries(parts ?? {});
  if (entries.length === 0 || !entries.every(([, part]) => isPart(part))) {
    throw wrongKind(where, 'part', 'must be a network or a part, or a record of them', { got: parts });
  }
  return entries.map(([name, part]) => [`${name}.`, part]);
}

/** The input of a part whose examples have this shape. */
function flowOf({ plain }: Walk, input: readonly number[] | undefined): Flow {
  if (input?.length === 3) return { map: input };
  if (input?.length === 2) return { sequence: input };
  if (input?.length !== 1) return undefined;
  const row = { size: input[0] };
  plain.push(row);
  return { row };
}

/** Throws unless every variable of a part has a slot: a part may own more than the networks that it consists of. */
function checkAll(where: string, part: Part, slots: readonly Slot[]): void {
  const found = new Set(slots.map(({ variable }) => variable));
  const variables = savedVariables(part);
  const missing = variables.findIndex((variable) => !found.has(variable));
  if (missing < 0) return;
  const seen = `variable ${missing}, of shape [${variables[missing]!.shape.join(', ')}], which belongs to none of its layers`;
  throw unusable(where, 'part', 'must be made of layers of this library', { seen });
}

function arrangementOf(where: string, { path, variable, axes, features }: Slot): Arrangement {
  const shape = variable?.shape ?? [];
  const orders = shape.map((size, axis) => orderOf(features[axis], size));
  const wrong = orders.findIndex((order, axis) => order !== undefined && order.length !== shape[axis]);
  if (wrong >= 0) {
    const seen = `one with ${orders[wrong]!.length} features, but ${path} has ${shape[wrong]}`;
    throw unusable(where, 'input', 'must be the shape of one example', { seen });
  }
  return { shape, axes, orders };
}

function checkInputShape(where: string, argument: string, input: readonly number[]): void {
  checkSizes(where, argument, input);
  if (input.length <= 3) return;
  const fix = 'An image is [height, width, channels].';
  throw outOfRange(where, argument, 'must be the shape of one example, without the batch', { got: input, fix });
}
