import type { RecordedTensor, RecordedType, Recording, Size } from '../record/recording.js';
import { isSame, termsOf, type Shape } from './sizes.js';
import { TYPES, type Attributes, type Constant, type OnnxModel } from './write-model.js';

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
  constant(data: Constant['data'], shape?: readonly number[]): string;
  /** A number without axes. */
  scalar(value: Size, dtype: RecordedType): string;
  cast(name: string, dtype: RecordedType): string;
  /** The forms in which a value exists, in the order in which they were made. */
  forms(tensor: RecordedTensor): Form[];
  /** Adds a form of a value; by default, it has its own shape. */
  set(tensor: RecordedTensor, name: string, shape?: Shape, isFirst?: boolean): void;
  /** Gives a value the numbers of another one, perhaps in another shape. */
  alias(tensor: RecordedTensor, of: RecordedTensor): void;
  /** The value in its own shape, or in another one with the numbers in the same order. */
  get(tensor: RecordedTensor, shape?: Shape): string;
  /** The value as `[batch, channels, height, width]`; by default, its own shape is `[batch, height, width, channels]`. */
  first(tensor: RecordedTensor, shape?: Shape): string;
  /** Throws an error that says that ONNX does not have this. */
  refuse(what?: string): never;
}

/** A shape with its last of four axes second. */
export const toFirst = ([batch, height, width, channels]: Shape): Shape => [batch!, channels!, height!, width!];
/** The other way around. */
export const toLast = ([batch, channels, height, width]: Shape): Shape => [batch!, height!, width!, channels!];

/** Numbers of a type of a recording. */
export function numbersOf(values: readonly number[], dtype: RecordedType): Float32Array | Int32Array | Uint8Array {
  return dtype === 'float32'
    ? Float32Array.from(values)
    : dtype === 'int32'
      ? Int32Array.from(values)
      : Uint8Array.from(values, Number);
}

/** Makes the functions that add nodes to a model. `nameOf` gives a new name that begins with a text. */
export function createPrinter(
  { nodes, constants }: OnnxModel,
  { sizes }: Recording,
  nameOf: (text: string) => string,
  refuse: Printer['refuse'],
): Printer {
  const made = new Map<string, readonly string[]>();
  const known = new Map<RecordedTensor, Form[]>();
  /** One value for one key. */
  const once = (key: string, make: () => readonly string[]): readonly string[] => {
    const names = made.get(key) ?? make();
    made.set(key, names);
    return names;
  };
  const p: Printer = {
    refuse,
    node: (operator, inputs, attributes = {}) => p.nodes(operator, inputs, attributes, 1)[0]!,
    nodes: (operator, inputs, attributes, count) => {
      const names = inputs.map((input) =>
        typeof input === 'object'
          ? counts(input)
          : typeof input === 'number'
            ? p.scalar(input, 'float32')
            : (input ?? ''),
      );
      return once(JSON.stringify([operator, names, attributes, count]), () => {
        const name = nameOf(operator);
        const outputs = Array.from({ length: count }, (_, i) => (i === 0 ? name : nameOf(`${operator}.${i}`)));
        nodes.push({ operator, inputs: names, outputs, attributes });
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
      const one = p.node('Reshape', [sizeOf(value, dtype === 'float32'), []]);
      return dtype === 'float32' ? one : p.cast(one, dtype);
    },
    cast: (name, dtype) => p.node('Cast', [name], { to: TYPES[dtype] }),
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
        const name = p.node('Transpose', [first.name], { perm: [0, 2, 3, 1] });
        given = { name, shape: toLast(first.shape), isFirst: false };
        forms.push(given);
        if (isSame(given.shape, shape)) return name;
      }
      const name = reshaped(p, given.name, shape, given.shape);
      forms.push({ name, shape, isFirst: false });
      return name;
    },
    first: (tensor, shape = tensor.shape) => {
      const [, height, width, channels] = shape;
      const turned = toFirst(shape);
      const form = p.forms(tensor).find((one) => one.isFirst && isSame(one.shape, turned));
      if (form) return form.name;
      // the numbers are in the same order
      if (channels === 1 || (height === 1 && width === 1)) return p.get(tensor, turned);
      const name = p.node('Transpose', [p.get(tensor, shape)], { perm: [0, 3, 1, 2] });
      p.set(tensor, name, turned, true);
      return name;
    },
  };

  /** Integers, one for each number. */
  const counts = (numbers: Shape): string => {
    if (numbers.every((one) => typeof one === 'number')) return p.constant(BigInt64Array.from(numbers, BigInt));
    const parts = numbers.map((one) => sizeOf(one));
    return parts.length === 1 ? parts[0]! : p.node('Concat', parts, { axis: 0 });
  };
  /** `[1]`: a size as an integer, or as a float. */
  const sizeOf = (size: Size, isFloat = false): string => {
    const terms = Object.entries(termsOf(size));
    // halves and the like are summed as integers
    const whole = isFloat ? 1 : denominatorOf(terms.map(([, factor]) => factor));
    const constant = (value: number): string =>
      p.constant(isFloat ? Float32Array.of(value) : BigInt64Array.of(BigInt(Math.round(value))));
    const parts = terms.map(([product, factor]) => {
      if (product === '1') return constant(factor * whole);
      const lengths = product.split('*').map((name) => {
        const { of, axis } = sizes[name]!;
        return p.node('Shape', [p.get(of)], { start: axis, end: axis + 1 });
      });
      const length = lengths.reduce((a, b) => p.node('Mul', [a, b]));
      const value = isFloat ? p.cast(length, 'float32') : length;
      return factor * whole === 1 ? value : p.node('Mul', [value, constant(factor * whole)]);
    });
    const sum = parts.reduce((a, b) => p.node('Add', [a, b]));
    return whole === 1 ? sum : p.node('Div', [sum, constant(whole)]);
  };
  return p;
}

/** Images with their channels second, if they exist only so. */
export function placed(p: Printer, x: RecordedTensor): { readonly isFirst: boolean; readonly name: string } {
  const forms = p.forms(x);
  const isFirst =
    forms.length > 0 &&
    x.shape.length === 4 &&
    forms.every((form) => form.isFirst && isSame(form.shape, toFirst(x.shape)));
  return { isFirst, name: isFirst ? p.first(x) : p.get(x) };
}

/** The place of one of four axes. */
export const axisIn = (isFirst: boolean, axis: number): number => (isFirst ? [0, 2, 3, 1][axis]! : axis);

/** The first form of a value whose last axis is its own: rows that may have any axes. */
export function rowsOf(p: Printer, tensor: RecordedTensor): Omit<Form, 'isFirst'> {
  const { shape } = tensor;
  const isLast = (one: Form): boolean =>
    !one.isFirst && one.shape.length > 1 && isSame(one.shape.slice(-1), shape.slice(-1));
  return p.forms(tensor).find(isLast) ?? { name: p.get(tensor), shape };
}

/**
 * Adds a node that gives a value another shape. Free sizes on the same axis as before are kept, and one more is what is left: no formula is
 * needed, which would hold for multiples of strides only.
 */
export function reshaped(p: Printer, name: string, shape: Shape, before: Shape = []): string {
  const isFree = (size: Size): boolean => typeof size !== 'number';
  const isKept = (size: Size, axis: number): boolean => isFree(size) && isSame([size], before.slice(axis, axis + 1));
  const isOther = (size: Size, axis: number): boolean => isFree(size) && !isKept(size, axis);
  const others = shape.filter(isOther).length;
  if (others <= 1 && shape.some(isFree) && !shape.includes(0)) {
    const kept = others === 1 ? isKept : (size: Size, axis: number) => isKept(size, axis) && axis !== shape.findIndex(isFree);
    return p.node('Reshape', [name, shape.map((size, axis) => (kept(size, axis) ? 0 : isFree(size) ? -1 : size))]);
  }
  return p.node('Reshape', [name, shape], shape.some((size) => isFree(size) || size === 0) ? { allowzero: 1 } : {});
}

/** The smallest number by which all factors become integers. */
function denominatorOf(factors: readonly number[]): number {
  let whole = 1;
  while (whole < 10000 && factors.some((factor) => Math.abs(factor * whole - Math.round(factor * whole)) > 1e-6))
    whole++;
  return whole;
}
