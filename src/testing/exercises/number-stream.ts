import { drawNormals } from '../../random/normal.js';
import { seedWords } from '../../random/seeding.js';
import { drawIntegers, drawUniforms } from '../../random/uniform.js';
import { checkInteger, checkNumber } from '../../tensor/checks.js';
import { outOfRange, wrongKind } from '../../tensor/errors.js';
import { nest, type Numbers } from './numbers.js';

/** The type of nested arrays with this shape, for up to four axes. */
export type Nested<S extends readonly number[]> = S extends readonly []
  ? number
  : S extends readonly [number]
    ? number[]
    : S extends readonly [number, number]
      ? number[][]
      : S extends readonly [number, number, number]
        ? number[][][]
        : S extends readonly [number, number, number, number]
          ? number[][][][]
          : Numbers;

/** A seeded source of random numbers in nested arrays, which needs no backend. It draws the same numbers as `createRandom`. */
export interface NumberStream {
  /**
   * Draws standard normals.
   *
   * @param shape - the lengths of the axes
   * @returns float32 numbers in nested arrays
   */
  normal<const S extends readonly number[]>(shape: S): Nested<S>;
  /**
   * Draws numbers from the uniform distribution.
   *
   * @param shape - the lengths of the axes
   * @param low - the lower bound, included; 0 by default
   * @param high - the upper bound, excluded; 1 by default
   * @returns float32 numbers in nested arrays
   */
  uniform<const S extends readonly number[]>(shape: S, low?: number, high?: number): Nested<S>;
  /**
   * Draws integers.
   *
   * @param shape - the lengths of the axes
   * @param low - the lower bound, included
   * @param high - the upper bound, excluded
   * @returns integers in nested arrays
   */
  integers<const S extends readonly number[]>(shape: S, low: number, high: number): Nested<S>;
}

/**
 * Makes the stream for a seed and a name, such as that of a check.
 *
 * @param seed - an integer of at least 0
 * @param name - streams with different names are independent
 * @returns a stream whose numbers are the same in every runtime
 * @example
 * ```ts
 * const random = createNumberStream(1, 'data');
 * console.log(random.integers([2, 3], 0, 10).length); // 2
 * ```
 */
export function createNumberStream(seed: number, name: string): NumberStream {
  checkInteger('createNumberStream', 'seed', seed, { least: 0 });
  if (typeof name !== 'string') throw wrongKind('createNumberStream', 'name', 'must be a string', { got: name });
  const words = seedWords(seed, [name]);
  const nested = <S extends readonly number[]>(shape: S, draw: (count: number) => ArrayLike<number>): Nested<S> =>
    nest({ shape, values: Array.from(draw(shape.reduce((size, length) => size * length, 1))) }) as Nested<S>;
  return {
    normal(shape) {
      checkSizes('random.normal', shape);
      return nested(shape, (count) => drawNormals(words, count));
    },
    uniform(shape, low = 0, high = 1) {
      checkSizes('random.uniform', shape);
      checkInterval('random.uniform', low, high);
      return nested(shape, (count) => drawUniforms(words, count, Math.fround(low), Math.fround(high)));
    },
    integers(shape, low, high) {
      checkSizes('random.integers', shape);
      checkInterval('random.integers', low, high);
      for (const [argument, value] of Object.entries({ low, high }))
        checkInteger('random.integers', argument, value, { least: -Infinity });
      return nested(shape, (count) => drawIntegers(words, count, low, high));
    },
  };
}

function checkSizes(where: string, shape: unknown): void {
  if (!Array.isArray(shape))
    throw wrongKind(where, 'shape', 'must be an array', { got: shape, fix: 'Write [n] for n numbers.' });
  for (const [axis, length] of shape.entries()) checkInteger(where, `shape[${axis}]`, length, { least: 0 });
}

function checkInterval(where: string, low: unknown, high: unknown): void {
  checkNumber(where, 'low', low);
  checkNumber(where, 'high', high);
  if (!(Math.fround(high) > Math.fround(low)))
    throw outOfRange(where, 'high', `must be above low = ${low}`, { got: high });
}
