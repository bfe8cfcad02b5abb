import { toHalves } from '../training/saving/halves.js';
import { activate } from './activate.js';
import { kinds } from './kinds.js';
import type { InputShape, Layer, Weights } from './layer.js';
import type { Attributes, Constant, OnnxModel } from './write-model.js';

/** A tensor of the graph. */
export interface Value {
  readonly name: string;
  /** Number of axes. */
  readonly rank: number;
  /** Whether its channels are the second axis, as ONNX's convolutions have them, instead of the last one. */
  readonly isFirst?: boolean | undefined;
  readonly isInt?: boolean | undefined;
}

/** An input of a node: a value, a float, a vector of floats, a vector of integers, or nothing. */
export type NodeInput = Value | number | Float32Array | readonly number[] | undefined;

/** What the layers of a graph use. */
export interface Given {
  /** An input of the model, for the layer that reads it: a second layer gets the same one. By default it is an integer for each example. */
  input(name: string, reader?: Layer, shape?: InputShape, isFurther?: boolean): Value;
  /** What the layers get as the condition, if it is not the model's; 'none' if they get none. */
  readonly condition?: Value | 'none' | undefined;
  /** The name of the further condition that the layers get as theirs, if they get one. */
  readonly further?: string | undefined;
  /** Throws an error that says what cannot be exported, and the way around it. */
  refuse: (seen: string | undefined, fix: string) => never;
}

/** The graph to which layers add their nodes. */
export interface Graph extends Given {
  /** Adds a node; its output has the rank and the order of axes of `form`, by default those of the first input. */
  node(operator: string, inputs: readonly NodeInput[], attributes?: Attributes, form?: Omit<Value, 'name'>): Value;
  /** Adds a node that has the channels of `x` in equal parts as its outputs. */
  split(x: Value, parts: number): Value[];
  /** A value with channels last in another shape; 0 stands for the size on the same axis, -1 for what is left. */
  reshape(x: Value, sizes: readonly number[]): Value;
  /** Puts the channels of two values side by side. */
  concat(a: Value, b: Value): Value;
  /** Weights as a value. */
  weights(weights: Weights | undefined): Value;
  /** The kernel of a convolution, whose last two axes ONNX has first, the last one before the other. */
  kernel(weights: Weights | undefined): Value;
  /** A value with its channels second. */
  first(x: Value): Value;
  /** A value with its channels last. */
  last(x: Value): Value;
  /** A value with its channels where another value has them. */
  like(x: Value, form: Value): Value;
  /** Adds the nodes of a layer. */
  emit(layer: Layer | undefined, x: Value): Value;
  /** The condition for the layer that reads it, or the further condition of this name. */
  conditionOf(reader?: Layer, shape?: InputShape, name?: string | null): Value | 'none';
  /** The same graph for a network that gets another condition. */
  withCondition(condition: Value | 'none'): Graph;
  /** The same graph for a network whose condition is the model's input of this name. */
  named(name: string): Graph;
}

/** Makes the functions that add nodes to a model. Nodes and constants have names that begin with `prefix`. */
export function createGraph({ nodes, constants }: OnnxModel, half: boolean, prefix: string, given: Given): Graph {
  const constant = (name: string, shape: readonly number[], data: Constant['data']): string => {
    constants.set(prefix + name, { shape, data });
    return prefix + name;
  };
  const add = (operator: string, inputs: readonly NodeInput[], attributes: Attributes, count: number): string[] => {
    const name = `${operator}_${nodes.length}`;
    const nameOf = (input: NodeInput, i: number): string => {
      const numbers = typeof input === 'number' ? Float32Array.of(input) : input;
      if (numbers === undefined) return '';
      if ('name' in numbers) return numbers.name;
      const data = numbers instanceof Float32Array ? numbers : BigInt64Array.from(numbers, BigInt);
      return constant(`${name}/${i}`, [data.length], data);
    };
    const outputs = Array.from({ length: count }, (_, i) => `${prefix}${name}.${i}`);
    nodes.push({ operator, inputs: inputs.map(nameOf), outputs, attributes });
    return outputs;
  };
  const node: Graph['node'] = (operator, inputs, attributes = {}, { rank, isFirst } = inputs[0] as Value) => ({
    name: add(operator, inputs, attributes, 1)[0]!,
    rank,
    isFirst,
  });
  const turned = (x: Value, isFirst = false): Value => {
    const { rank } = x;
    if (rank < 3 || !!x.isFirst === isFirst) return x;
    const perm = [...new Array(rank).keys()];
    if (isFirst) perm.splice(1, 0, perm.pop()!);
    else perm.push(...perm.splice(1, 1));
    return node('Transpose', [x], { perm }, { rank, isFirst });
  };

  const at = (given: Given): Graph => {
    const graph: Graph = {
      ...given,
      node,
      split: (x, parts) =>
        add('Split', [x], { axis: x.isFirst ? 1 : x.rank - 1 }, parts).map((name) => ({ ...x, name })),
      reshape: (x, sizes) => node('Reshape', [graph.last(x), sizes], {}, { rank: sizes.length }),
      concat: (a, b) => node('Concat', [graph.last(a), graph.last(b)], { axis: a.rank - 1 }),
      weights: (weights) => {
        const { name, shape, numbers } = weights!;
        const isStored = constants.has(prefix + name);
        if (!isStored) constant(name, shape, half ? toHalves(numbers) : numbers);
        const stored = { name: prefix + name, rank: shape.length };
        return half ? node('Cast', [stored], { to: 1 }) : stored;
      },
      kernel: (weights) => {
        const isStored = constants.has(prefix + weights!.name);
        return graph.weights(isStored ? weights : kernelOf(weights!));
      },
      first: (x) => turned(x, true),
      last: (x) => turned(x),
      like: (x, { isFirst }) => turned(x, isFirst),
      emit: (layer, x) => {
        const { emit } = kinds[layer!.kind]!;
        return emit
          ? activate(graph, emit(graph, x, layer as never), layer!.options['activation'])
          : layer!.parts.reduce((value, part) => graph.emit(part, value), x);
      },
      conditionOf: (reader, shape, name) =>
        (name ? undefined : given.condition) ??
        given.input(name || (given.further ?? 'condition'), reader, shape, !!(name || given.further)),
      withCondition: (condition) => at({ ...given, condition }),
      named: (further) => at({ ...given, further, condition: undefined }),
    };
    return graph;
  };
  return at(given);
}

/** A kernel with its last two axes first, the last one before the other. */
function kernelOf({ name, shape, numbers }: Weights): Weights {
  const [a, b] = shape.slice(-2) as [number, number];
  const places = numbers.length / a / b;
  const turned = numbers.map((_, i) => {
    const pair = Math.floor(i / places);
    return numbers[((i % places) * a + (pair % a)) * b + Math.floor(pair / a)]!;
  });
  return { name, shape: [b, a, ...shape.slice(0, -2)], numbers: turned };
}
