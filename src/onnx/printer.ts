import type { RecordedNode, RecordedTensor, RecordedType, Recording, Size } from '../record/recording.js';
import { addNodes, type NodeAdder } from './add-nodes.js';
import { printSize, printSizes } from './print-sizes.js';
import { isSame, type Shape } from './sizes.js';
import { makersIn } from './uses.js';
import type { OnnxModel } from './write-model.js';

/** A recorded value in the graph: in its own shape, in another one with the numbers in the same order, or with its channels second. */
export interface Form {
  readonly name: string;
  readonly shape: Shape;
  /** Whether the shape is `[batch, channels, height, width]`, as ONNX's convolutions have it. */
  readonly isFirst: boolean;
}

/** What operations use to add nodes to a graph. */
export interface Printer extends NodeAdder {
  /** A number without axes. */
  scalar(value: Size, dtype: RecordedType): string;
  /** The operation that gave a value, in any shape; undefined if there is none, or, with `isOnly`, if not exactly one operation reads it. */
  madeBy(tensor: RecordedTensor, isOnly?: boolean): RecordedNode | undefined;
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

/** Makes the functions that print a recording into a model. `nameOf` gives a new name that ends with a text. */
export function createPrinter(
  model: OnnxModel,
  recording: Recording,
  nameOf: (text: string) => string,
  refuse: Printer['refuse'],
): Printer {
  const { sizes } = recording;
  const known = new Map<RecordedTensor, Form[]>();
  const p: Printer = {
    ...addNodes(model, nameOf, (numbers) => printSizes(p, numbers, sizes)),
    refuse,
    madeBy: makersIn(recording),
    scalar: (value, dtype) => {
      if (typeof value === 'number') return p.constant(numbersOf([value], dtype), []);
      const one = p.node('Reshape', [printSize(p, value, sizes, dtype), []]);
      return dtype === 'float32' ? one : p.cast(one, dtype);
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
      const name = p.reshape(given.name, shape, given.shape);
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
export function asRows(p: Printer, tensor: RecordedTensor): Omit<Form, 'isFirst'> {
  const { shape } = tensor;
  const isLast = (one: Form): boolean =>
    !one.isFirst && one.shape.length > 1 && isSame(one.shape.slice(-1), shape.slice(-1));
  const form = p.forms(tensor).find(isLast);
  const matrix = shape.slice(0, -2).every((size) => size === 1) ? shape.slice(-2) : shape;
  return form ?? { name: p.get(tensor, matrix), shape: matrix };
}
