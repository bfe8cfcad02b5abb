import { activate } from './activate.js';
import { arrange } from '../pytorch/arrange.js';
import { toHalves } from '../training/saving/halves.js';
import type { Given, Layer, Weights } from './layer.js';
import type { OnnxModel } from './write-model.js';

/** A tensor of the graph. */
export interface Value {
  readonly name: string;
  /** Its shape in our order, `[batch, ..., channels]`, with null for sizes that are known only when the model runs. */
  readonly shape: readonly (number | null)[];
  /** Whether the graph has its channels second, as ONNX's convolutions do. */
  readonly isFirst?: boolean | undefined;
  readonly isInt?: boolean | undefined;
}

/** Attributes of a node. */
export type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

/** An input of a node: a value, a float, a vector of floats, a vector of integers, or nothing. */
export type NodeInput = Value | number | Float32Array | readonly number[] | undefined;

/** The part of a {@link Value} that a node does not know. */
export type Form = Pick<Value, 'shape' | 'isFirst'>;

/** The graph to which layers add their nodes. */
export interface Graph {
  /** Adds a node with one output of this form. */
  node(operator: string, inputs: readonly NodeInput[], form: Form, attributes?: Attributes): Value;
  /** Adds a node that splits the last axis of our order, or the channels, into equal parts. */
  split(x: Value, parts: number): Value[];
  /** Weights as a value, with their axes in this order, or in another shape. */
  weights(weights: Weights, axes?: readonly number[], shape?: readonly number[]): Value;
  /** Weights that have a number for each channel of `x`, in a shape that fits it. */
  perChannel(weights: Weights, x: Value): Value;
  /** A value with its channels second. */
  first(x: Value): Value;
  /** A value with its channels last. */
  last(x: Value): Value;
  /** A value in the order of axes of another. */
  like(x: Value, other: Value): Value;
  /** A value with channels last in another shape: if two sizes besides the batch are unknown, in that of `like`. */
  reshape(x: Value, shape: readonly (number | null)[], like?: Value): Value;
  /** An activation, which may be absent. */
  activate(x: Value, activation: unknown): Value;
  /** Adds the nodes of a layer. */
  emit(layer: Layer, x: Value, given: Given): Value;
  /** Throws an error that names what cannot be exported, and the way around it. */
  refuse(seen: string, fix: string): never;
}

/** Makes the functions that add nodes to a model. */
export function createGraph(
  { nodes, constants }: OnnxModel,
  half: boolean,
  { emit, refuse }: Pick<Graph, 'emit' | 'refuse'>,
): Graph {
  const known = new Map<string, Value>();
  const swapped = new Map<string, Value>();

  const constant = (name: string, shape: readonly number[], data: OnnxModel['constants'][number]['data']): string => {
    if (!known.has(name)) constants.push({ name, shape, data });
    known.set(name, { name, shape });
    return name;
  };
  const nameOf = (input: NodeInput, place: string): string => {
    if (input === undefined) return '';
    if (typeof input === 'number') return constant(`float ${input}`, [], Float32Array.of(input));
    if (input instanceof Float32Array) return constant(place, [input.length], input);
    if ('name' in input) return input.name;
    return constant(`ints ${input.join()}`, [input.length], BigInt64Array.from(input, BigInt));
  };
  const add = (
    operator: string,
    inputs: readonly NodeInput[],
    forms: readonly Form[],
    attributes: Attributes = {},
  ): Value[] => {
    const name = `${operator}_${nodes.length}`;
    const outputs = forms.map((form, i) => ({ ...form, name: i === 0 ? name : `${name}.${i}` }));
    const names = inputs.map((input, i) => nameOf(input, `${name}/${i}`));
    nodes.push({ operator, name, inputs: names, outputs: outputs.map((output) => output.name), attributes });
    return outputs;
  };
  const node: Graph['node'] = (operator, inputs, form, attributes) => add(operator, inputs, [form], attributes)[0]!;

  const turned = (x: Value, isFirst: boolean): Value => {
    const rank = x.shape.length;
    if (rank < 3 || (x.isFirst ?? false) === isFirst) return x;
    const inner = Array.from({ length: rank - 2 }, (_, i) => i + 1);
    const perm = isFirst ? [0, rank - 1, ...inner] : [0, ...inner.map((i) => i + 1), 1];
    const other = swapped.get(x.name) ?? node('Transpose', [x], { shape: x.shape, isFirst }, { perm });
    swapped.set(x.name, other).set(other.name, x);
    return other;
  };

  const graph: Graph = {
    node,
    emit,
    refuse,
    split: (x, parts) => {
      const shape = [...x.shape.slice(0, -1), x.shape.at(-1)! / parts];
      const axis = x.isFirst ? 1 : shape.length - 1;
      return add('Split', [x], new Array<Form>(parts).fill({ shape, isFirst: x.isFirst }), { axis });
    },
    weights: (weights, axes, shape = weights.shape) => {
      const sizes = axes?.map((axis) => shape[axis]!) ?? shape;
      const name = sizes === weights.shape ? weights.name : `${weights.name} as ${sizes.join()}`;
      const made = known.get(name);
      if (made !== undefined) return made;
      const numbers = axes === undefined ? weights.numbers : arrange(weights.numbers, { shape, axes });
      if (!half) return { name: constant(name, sizes, numbers), shape: sizes };
      const stored = { name: constant(`${name} in half`, sizes, toHalves(numbers)), shape: sizes };
      const value = node('Cast', [stored], stored, { to: 1 });
      known.set(name, value);
      return value;
    },
    perChannel: (weights, x) => {
      const ones = x.isFirst ? new Array<number>(x.shape.length - 2).fill(1) : [];
      return graph.weights(weights, undefined, ones.length > 0 ? [...weights.shape, ...ones] : weights.shape);
    },
    first: (x) => turned(x, true),
    last: (x) => turned(x, false),
    like: (x, other) => turned(x, other.isFirst ?? false),
    reshape: (x, shape, like) => {
      const unknown = shape.filter((size) => size === null).length;
      const sizes =
        unknown > 2 && like !== undefined
          ? node('Shape', [graph.last(like)], { shape: [shape.length] })
          : shape.map((size, axis) => (axis === 0 ? 0 : (size ?? -1)));
      return node('Reshape', [graph.last(x), sizes], { shape });
    },
    activate: (x, activation) => activate(graph, x, activation),
  };
  return graph;
}
