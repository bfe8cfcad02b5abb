import type { RecordedType, Size } from '../record/recording.js';
import { permuted } from './permuted.js';
import { isSame, keyOf, type Shape } from './sizes.js';
import { TYPES, type Attributes, type Constant, type Node, type OnnxModel } from './write-model.js';

/** An input of a node: a name, a float, integers that may depend on free sizes, or nothing. */
export type Input = string | number | Shape | undefined;

/** Adds nodes and constants to a graph; equal ones are added once. */
export interface NodeAdder {
  /** Adds a node; returns the name of its output. */
  node(operator: string, inputs: readonly Input[], attributes?: Attributes): string;
  /** Adds a node with several outputs. */
  nodes(operator: string, inputs: readonly Input[], attributes: Attributes, count: number): readonly string[];
  /** The node that gives a value; undefined for inputs and constants. */
  maker(name: string): Node | undefined;
  /** A constant of the graph. */
  stored(name: string): Constant | undefined;
  constant(data: Constant['data'], shape?: readonly number[]): string;
  cast(name: string, dtype: RecordedType): string;
  /** Gives a value another shape; `before` is its own, if it is known. */
  reshape(name: string, shape: Shape, before?: Shape): string;
  transpose(name: string, perm: readonly number[]): string;
}

/** Makes the functions that add nodes. `nameOf` gives a new name that ends with a text, `printSizes` integers as an input. */
export function addNodes(
  { nodes, constants }: OnnxModel,
  nameOf: (text: string) => string,
  printSizes: (sizes: Shape) => string,
): NodeAdder {
  const made = new Map<string, readonly string[]>();
  const makers = new Map<string, Node>();
  /** Names for a key, made once. */
  const once = (key: string, make: () => readonly string[]): readonly string[] => {
    const names = made.get(key) ?? make();
    made.set(key, names);
    return names;
  };
  const store = (constant: Constant): string[] => {
    const name = nameOf('constant');
    constants.set(name, constant);
    return [name];
  };
  /** A constant is turned or reshaped at once, one of half precision before it is widened. */
  const changed = (x: string, key: string, change: (constant: Constant) => Constant): string | undefined => {
    const maker = makers.get(x);
    if (maker?.operator === 'Cast') {
      const inner = changed(maker.inputs[0]!, key, change);
      return inner && graph.node('Cast', [inner], maker.attributes);
    }
    const given = constants.get(x);
    return given && once(`${x} ${key}`, () => store({ ...change(given), from: given.from ?? x }))[0];
  };

  const graph: NodeAdder = {
    maker: (name) => makers.get(name),
    stored: (name) => constants.get(name),
    node: (operator, inputs, attributes = {}) => graph.nodes(operator, inputs, attributes, 1)[0]!,
    nodes: (operator, inputs, attributes, count) => {
      const nameFor = (input: Input): string => {
        if (typeof input === 'object') return printSizes(input);
        return typeof input === 'number' ? graph.constant(Float32Array.of(input), []) : (input ?? '');
      };
      const names = inputs.map(nameFor);
      return once(JSON.stringify([operator, names, attributes, count]), () => {
        const name = nameOf(operator);
        const outputs = Array.from({ length: count }, (_, i) => (i === 0 ? name : nameOf(`${operator}.${i}`)));
        const node = { operator, inputs: names, outputs, attributes };
        nodes.push(node);
        outputs.forEach((output) => makers.set(output, node));
        return outputs;
      });
    },
    constant: (data, shape = [data.length]) => {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return once(`${data.constructor.name} ${shape.join()} ${bytes.join()}`, () => store({ shape, data }))[0]!;
    },
    cast: (name, dtype) => graph.node('Cast', [name], { to: TYPES[dtype] }),
    reshape: (name, shape, before = []) => {
      const sizes = keptSizes(shape, before);
      const attributes: Attributes = sizes === shape && shape.some((size) => size === 0) ? { allowzero: 1 } : {};
      const constant = changed(name, keyOf(shape), (one) => ({ ...one, shape: shape as number[] }));
      return constant ?? graph.node('Reshape', [name, sizes], attributes);
    },
    transpose: (name, perm) => {
      if (perm.every((axis, i) => axis === i)) return name;
      return changed(name, perm.join(), (one) => permuted(one, perm)) ?? graph.node('Transpose', [name], { perm });
    },
  };
  return graph;
}

/**
 * What a Reshape needs to know: free sizes on the same axis as before are kept, and one more is what is left. So no formula is needed, which
 * would hold for multiples of strides only.
 */
function keptSizes(shape: Shape, before: Shape): Shape {
  const isFree = (size: Size): boolean => typeof size !== 'number';
  const isKept = (size: Size, axis: number): boolean => isFree(size) && isSame([size], before.slice(axis, axis + 1));
  const others = shape.filter((size, axis) => isFree(size) && !isKept(size, axis)).length;
  if (others > 1 || !shape.some(isFree) || shape.includes(0)) return shape;
  const left = shape.findIndex((size, axis) => isFree(size) && (others === 0 || !isKept(size, axis)));
  return shape.map((size, axis) => (axis === left ? -1 : isFree(size) ? 0 : size));
}
