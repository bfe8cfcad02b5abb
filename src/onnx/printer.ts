import type { RecordedTensor, RecordedType, Recording, Size } from '../record/recording.js';
import { permuted } from './permuted.js';
import { usesIn } from './uses.js';
import { printSize, printSizes } from './print-sizes.js';
import { isSame, keyOf, type Shape } from './sizes.js';
import { TYPES, type Attributes, type Constant, type Node, type OnnxModel } from './write-model.js';

/** An input of a node: a name, a float, integers that may depend on free sizes, or nothing. */
export type Input = string | number | Shape | undefined;

/** A recorded value in the graph: in its own shape, in another one with the numbers in the same order, or with its channels second. */
export interface Form {
  readonly name: string;
  readonly shape: Shape;
  /** Whether the shape is `[batch, channels, height, width]`, as ONNX's convolutions have it. */
  readonly isFirst: boolean;
}

/** What operations use to add nodes to a graph. Equal nodes and equal constants are added once. */
export interface Printer {
  /** Adds a node; returns the name of its output. */
  node(operator: string, inputs: readonly Input[], attributes?: Attributes): string;
  /** Adds a node with several outputs. */
  nodes(operator: string, inputs: readonly Input[], attributes: Attributes, count: number): readonly string[];
  /** The node that gives a value; undefined for inputs and constants. */
  maker(name: string): Node | undefined;
  /** A constant of the graph. */
  stored(name: string): Constant | undefined;
  /** How many operations read a value, in any shape. */
  uses(tensor: RecordedTensor): number;
  constant(data: Constant['data'], shape?: readonly number[]): string;
  /** A number without axes. */
  scalar(value: Size, dtype: RecordedType): string;
  cast(name: string, dtype: RecordedType): string;
  /** Gives a value another shape, in which one free size is what is left. */
  reshape(name: string, shape: Shape): string;
  transpose(name: string, perm: readonly number[]): string;
  /** The forms in which a value exists, in the order in which they were made. */
  forms(tensor: RecordedTensor): Form[];
  /** Adds a form of a value; by default, it has its own shape. */
  set(tensor: RecordedTensor, name: string, shape?: Shape, isFirst?: boolean): void;
  /** Gives a value the numbers of another one, perhaps in another shape. */
  alias(tensor: RecordedTensor, of: RecordedTensor): void;
  /** The value in its own shape, or in another one with the numbers in the same order. */
  get(tensor: RecordedTensor, shape?: Shape): string;
  /** The value as `[batch, channels, height, width]`; by default, its own shape is `[batch, height, width, channels]`, perhaps without a height. */
  first(tensor: RecordedTensor, shape?: Shape): string;
  /** Throws an error that says that ONNX does not have this. */
  refuse(what?: string): never;
}

/** Numbers of a type of a recording. */
export function numbersOf(values: readonly number[], dtype: RecordedType): Float32Array | Int32Array | Uint8Array {
  return dtype === 'float32'
    ? Float32Array.from(values)
    : dtype === 'int32'
      ? Int32Array.from(values)
      : Uint8Array.from(values, Number);
}

/** Makes the functions that add nodes to a model. `nameOf` gives a new name that ends with a text. */
export function createPrinter(
  { nodes, constants }: OnnxModel,
  recording: Recording,
  nameOf: (text: string) => string,
  refuse: Printer['refuse'],
): Printer {
  const { sizes } = recording;
  const made = new Map<string, readonly string[]>();
  const makers = new Map<string, Node>();
  const known = new Map<RecordedTensor, Form[]>();
  /** Names for a key, made once. */
  const once = (key: string, make: () => readonly string[]): readonly string[] => {
    const names = made.get(key) ?? make();
    made.set(key, names);
    return names;
  };
  /** A constant is turned or reshaped at once, one of half precision before it is widened. */
  const changed = (x: string, key: string, change: (constant: Constant) => Constant): string | undefined => {
    const maker = makers.get(x);
    if (maker?.operator === 'Cast') {
      const inner = changed(maker.inputs[0]!, key, change);
      return inner && p.node('Cast', [inner], maker.attributes);
    }
    const given = constants.get(x);
    const make = (): string[] => {
      const name = nameOf('constant');
      constants.set(name, { ...change(given!), from: given!.from ?? x });
      return [name];
    };
    return given && once(`${x} ${key}`, make)[0];
  };

  const p: Printer = {
    refuse,
    maker: (name) => makers.get(name),
    stored: (name) => constants.get(name),
    uses: usesIn(recording),
    node: (operator, inputs, attributes = {}) => p.nodes(operator, inputs, attributes, 1)[0]!,
    nodes: (operator, inputs, attributes, count) => {
      const nameFor = (input: Input): string => {
        if (typeof input === 'object') return printSizes(p, input, sizes);
        return typeof input === 'number' ? p.scalar(input, 'float32') : (input ?? '');
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
      return once(`${data.constructor.name} ${shape.join()} ${bytes.join()}`, () => {
        const name = nameOf('constant');
        constants.set(name, { shape, data });
        return [name];
      })[0]!;
    },
    scalar: (value, dtype) => {
      if (typeof value === 'number') return p.constant(numbersOf([value], dtype), []);
      const one = p.node('Reshape', [printSize(p, value, sizes, dtype), []]);
      return dtype === 'float32' ? one : p.cast(one, dtype);
    },
    cast: (name, dtype) => p.node('Cast', [name], { to: TYPES[dtype] }),
    reshape: (name, shape) => {
      const isFree = (size: Size): boolean => typeof size !== 'number';
      if (shape.filter(isFree).length === 1 && !shape.includes(0))
        return p.node('Reshape', [name, shape.map((size) => (isFree(size) ? -1 : size))]);
      const attributes: Attributes = shape.some((size) => isFree(size) || size === 0) ? { allowzero: 1 } : {};
      const constant = changed(name, keyOf(shape), (one) => ({ ...one, shape: shape as number[] }));
      return constant ?? p.node('Reshape', [name, shape], attributes);
    },
    transpose: (name, perm) => {
      if (perm.every((axis, i) => axis === i)) return name;
      return changed(name, perm.join(), (one) => permuted(one, perm)) ?? p.node('Transpose', [name], { perm });
    },
    forms: (tensor) => {
      if (!known.has(tensor)) known.set(tensor, []);
      return known.get(tensor)!;
    },
    set: (tensor, name, shape = tensor.shape, isFirst = false) => void p.forms(tensor).push({ name, shape, isFirst }),
    alias: (tensor, of) => void known.set(tensor, p.forms(of)),
    get: (tensor, shape = tensor.shape) => {
      const forms = p.forms(tensor);
      const form = forms.find((one) => !one.isFirst && isSame(one.shape, shape));
      if (form) return form.name;
      let given = forms.find(({ isFirst }) => !isFirst);
      if (!given) {
        const [first] = forms as [Form];
        given = { name: p.transpose(first.name, [0, 2, 3, 1]), shape: toLast(first.shape), isFirst: false };
        forms.push(given);
        if (isSame(given.shape, shape)) return given.name;
      }
      const name = p.reshape(given.name, shape);
      forms.push({ name, shape, isFirst: false });
      return name;
    },
    first: (tensor, shape = tensor.shape) => {
      const images = wide(shape);
      const [, height, width, channels] = images;
      const form = p.forms(tensor).find((one) => one.isFirst && isSame(one.shape, toFirst(shape)));
      if (form) return form.name;
      // the numbers are in the same order
      if (channels === 1 || (height === 1 && width === 1)) return p.get(tensor, toFirst(shape));
      const name = p.transpose(p.get(tensor, images), [0, 3, 1, 2]);
      p.set(tensor, name, toFirst(shape), true);
      return name;
    },
  };
  return p;
}

/** Sequences as images of one row. */
export function wide(shape: Shape): Shape {
  return shape.length === 3 ? [shape[0]!, 1, ...shape.slice(1)] : shape;
}

/** The shape of images, or of sequences, with channels second. */
export function toFirst(shape: Shape): Shape {
  const [batch, height, width, channels] = wide(shape);
  return [batch!, channels!, height!, width!];
}

/** The other way around, always with four axes. */
export function toLast([batch, channels, height, width]: Shape): Shape {
  return [batch!, height!, width!, channels!];
}

/** Images or sequences, with their channels second if they exist only so. */
export function placed(p: Printer, x: RecordedTensor): { readonly isFirst: boolean; readonly name: string } {
  const forms = p.forms(x);
  const { length } = x.shape;
  const isFirst =
    (length === 3 || length === 4) &&
    forms.length > 0 &&
    forms.every((form) => form.isFirst && isSame(form.shape, toFirst(x.shape)));
  return { isFirst, name: isFirst ? p.first(x) : p.get(x) };
}

/** The place of one of so many axes. */
export function axisIn(isFirst: boolean, axis: number, axes: number): number {
  return isFirst ? [0, 2, 3, 1][axis && axis + 4 - axes]! : axis;
}

/** The first form of a value whose last axis is its own: rows that may have any axes. */
export function rowsOf(p: Printer, tensor: RecordedTensor): Omit<Form, 'isFirst'> {
  const { shape } = tensor;
  const isLast = (one: Form): boolean =>
    !one.isFirst && one.shape.length > 1 && isSame(one.shape.slice(-1), shape.slice(-1));
  return p.forms(tensor).find(isLast) ?? { name: p.get(tensor), shape };
}
