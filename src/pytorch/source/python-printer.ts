import type { RecordedAttribute, RecordedNode, RecordedTensor, RecordedType, Size } from '../../record/recording.js';
import type { Helper } from './helpers.js';

/** What operations use to write Python. */
export interface PythonPrinter {
  /** A value, or the number that it is. */
  value(tensor: RecordedTensor): string;
  /** A value that has methods: a tensor. */
  tensor(tensor: RecordedTensor): string;
  /** A size, or a sum of products of free sizes. */
  size(size: Size): string;
  /** The same as a number of a type, which a float need not be whole for. */
  amount(size: Size, dtype: RecordedType): string;
  /** The name of a function that the file then has. */
  help(name: Helper): string;
  /** Throws an error that says that the operation cannot be written. */
  refuse(what?: string): never;
}

/** Writes an operation as an expression; of several outputs, as a tuple. */
export type PythonOperation = (p: PythonPrinter, node: RecordedNode) => string;

/** The operations of a kind, by the names of kernels. */
export type PythonOperations = Readonly<Record<string, PythonOperation>>;

/** A shape, or another list of sizes. */
export function tupleOf(p: PythonPrinter, sizes: readonly Size[]): string {
  return `(${sizes.map((size) => p.size(size)).join(', ')}${sizes.length === 1 ? ',' : ''})`;
}

/** A number of float32 or of the host. */
export function numberText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value); // prettier-ignore
  return `float("${Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'}")`;
}

/** A number of a type. */
export function textOf(value: number, dtype: RecordedType): string {
  if (dtype === 'bool') return value ? 'True' : 'False';
  return dtype === 'int32' ? String(value) : numberText(value);
}

/** A type of numbers. */
export function typeText(dtype: RecordedType): string {
  return `torch.${dtype}`;
}

/** An attribute that must be a number. */
export function numberOf(p: PythonPrinter, value: RecordedAttribute | undefined): number {
  return typeof value === 'number' ? value : p.refuse('a number that depends on a free size');
}

/** One or several numbers as a list. */
export function listOf(value: RecordedAttribute | undefined): readonly Size[] {
  return value == null ? [] : ([value].flat() as readonly Size[]);
}

/** Axes from 0; by default all. */
export function axesOf(value: RecordedAttribute | undefined, rank: number): number[] {
  if (value == null) return Array.from({ length: rank }, (_, axis) => axis);
  return (listOf(value) as number[]).map((axis) => (axis < 0 ? axis + rank : axis));
}

/** a + b, of sizes. */
export function sumOf(a: Size, b: Size): Size {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  const terms = new Map<string, number>();
  for (const size of [a, b])
    for (const [name, factor] of Object.entries(typeof size === 'number' ? { '1': size } : size))
      terms.set(name, (terms.get(name) ?? 0) + factor);
  return Object.fromEntries(Array.from(terms).filter(([, factor]) => factor !== 0));
}

/** Whether two sizes are the same whatever the free sizes are. */
export function isSameSize(a: Size, b: Size): boolean {
  const key = (size: Size): string =>
    JSON.stringify(Object.entries(typeof size === 'number' ? { '1': size } : size).sort());
  return key(a) === key(b);
}
