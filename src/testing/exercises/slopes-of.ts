import { checkFunction } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { flatten, nest, type Numbers } from './numbers.js';

/**
 * Computes the derivatives of a function of nested arrays by finite differences in float64, for the reference of an exercise that updates
 * weights.
 *
 * (4 d(h / 2) - d(h)) / 3, with d(h) = (f(x + h) - f(x - h)) / 2h and h = 2^-9; for smooth formulas its error is about 1e-11
 *
 * @param f - a function of nested arrays that returns a number
 * @param at - the point at which to compute the derivatives
 * @returns one derivative for each number of `at`, in nested arrays of its shape
 * @example
 * ```ts
 * console.log(slopesOf((x) => sumOf(each((value) => value ** 2, x)), [[1, 2]])); // about [ [ 2, 4 ] ]
 * ```
 */
export function slopesOf<A extends Numbers>(f: (at: A) => number, at: A): A {
  checkFunction('slopesOf', 'f', f);
  const { shape, values } = flatten(at, 'slopesOf', 'at');
  const moved = (i: number, by: number): number => {
    const value: unknown = f(nest({ shape, values: values.map((value, j) => (i === j ? value + by : value)) }) as A);
    if (typeof value !== 'number') throw wrongKind('slopesOf', 'f', 'must return a number', { got: value });
    return value;
  };
  const slope = (i: number, step: number): number => (moved(i, step) - moved(i, -step)) / (2 * step);
  return nest({ shape, values: values.map((_, i) => (4 * slope(i, STEP / 2) - slope(i, STEP)) / 3) }) as A;
}

const STEP = 2 ** -9;
