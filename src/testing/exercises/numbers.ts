import * as tf from '@tensorflow/tfjs-core';
import { notAsync } from '../../tensor/checks.js';
import { outOfRange, wrongKind } from '../../tensor/errors.js';

/** A number or nested arrays of numbers, such as a tensor's `array()`. */
export type Numbers = number | readonly Numbers[];

/** Numbers, row by row, with their shape. */
export interface Flat {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const scalar: readonly number[] = [];

/** Flattens nested arrays, row by row. Throws an error that names the function `where` if a part is no number, or rows differ in length. */
export function flatten(numbers: Numbers, where = 'flatten', argument = 'numbers'): Flat {
  const values: number[] = [];
  const fail = (rule: string, fix: string): never => {
    throw wrongKind(where, argument, rule, { got: numbers, fix });
  };
  const visit = (part: unknown): readonly number[] => {
    if (typeof part === 'number') {
      values.push(part);
      return scalar;
    }
    if (!Array.isArray(part))
      return fail(
        'must be numbers in nested arrays',
        notAsync(part) ?? (part instanceof tf.Tensor ? 'Pass its array().' : ''),
      );
    const shapes = part.map(visit);
    const [first = scalar] = shapes;
    if (shapes.some((shape) => shape !== first && shape.join() !== first.join()))
      fail('must have the same number of numbers in each row', 'Give all rows the same length.');
    return [part.length, ...first];
  };
  return { shape: visit(numbers), values };
}

/** Nests numbers in arrays of this shape. */
export function nest({ shape, values }: Flat): Numbers {
  const [length, ...inner] = shape;
  if (length === undefined) return values[0]!;
  const size = values.length / length;
  return Array.from({ length }, (_, i) => nest({ shape: inner, values: values.slice(i * size, (i + 1) * size) }));
}

/**
 * Applies a function to each number of nested arrays of one shape, in float64: `each((a, b) => a + b, [[1, 2]], [[3, 4]])` is `[[4, 6]]`.
 *
 * @param f - a function that takes one number of each array and returns a number
 * @param arrays - nested arrays of the same shape; a single number is broadcast
 * @returns nested arrays of the same shape
 * @example
 * ```ts
 * console.log(each((a, b) => a * b, [[1, 2]], [[3, 4]])); // [ [ 3, 8 ] ]
 * ```
 */
export function each<A extends Numbers>(f: (...numbers: number[]) => number, ...arrays: [A, ...Numbers[]]): A {
  if (typeof f !== 'function') throw wrongKind('each', 'f', 'must be a function', { got: f, fix: 'Pass it first.' });
  const fail = (argument: string, rule: string, got: unknown): never => {
    throw wrongKind('each', argument, rule, { got });
  };
  if (arrays.length === 0) fail('arrays', 'must be at least one', 'none');
  const visit = (parts: readonly Numbers[]): Numbers => {
    const rows = parts.filter((part) => typeof part !== 'number');
    const [longest] = rows;
    if (longest === undefined) {
      const value: unknown = f(...(parts as readonly number[]));
      return typeof value === 'number' ? value : fail('f', 'must return a number', value);
    }
    if (!rows.every(Array.isArray)) fail('arrays', 'must be numbers in nested arrays', arrays);
    if (rows.some(({ length }) => length !== longest.length)) fail('arrays', 'must have the same shape', arrays);
    return longest.map((_, i) => visit(parts.map((part) => (typeof part === 'number' ? part : part[i]!))));
  };
  return visit(arrays) as A;
}

/**
 * The sum of all numbers of nested arrays, in float64; `terms.map(sumOf)` has one for each example.
 *
 * @param numbers - nested arrays
 * @returns their sum
 * @example
 * ```ts
 * console.log([[1, 2], [3, 4]].map(sumOf)); // [ 3, 7 ]
 * ```
 */
export function sumOf(numbers: Numbers): number {
  return flatten(numbers, 'sumOf').values.reduce((sum, value) => sum + value, 0);
}

/**
 * The mean of all numbers of nested arrays, in float64.
 *
 * @param numbers - nested arrays
 * @returns their mean
 * @throws RangeError if there is no number
 * @example
 * ```ts
 * console.log(meanOf([[1, 2], [3, 4]])); // 2.5
 * ```
 */
export function meanOf(numbers: Numbers): number {
  const { values } = flatten(numbers, 'meanOf');
  if (values.length === 0) throw outOfRange('meanOf', 'numbers', 'must be at least one number', { got: numbers });
  return sumOf(values) / values.length;
}
