/** A number, or an array of as many as there are along an axis, such as the `array()` of a tensor. */
export type Numbers = number | readonly Numbers[];

/** Numbers in the order of their indices, with their shape. */
export interface Flat {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** The numbers of nested arrays row by row. */
export function flatten(numbers: Numbers): Flat {
  if (typeof numbers === 'number') return { shape: [], values: [numbers] };
  const parts = numbers.map(flatten);
  return { shape: [parts.length, ...(parts[0]?.shape ?? [])], values: parts.flatMap(({ values }) => values) };
}

/** Nested arrays of a shape. */
export function nest({ shape, values }: Flat): Numbers {
  const [length, ...inner] = shape;
  if (length === undefined) return values[0]!;
  const size = values.length / length;
  return Array.from({ length }, (_, i) => nest({ shape: inner, values: values.slice(i * size, (i + 1) * size) }));
}

/**
 * Applies a function to each number of nested arrays of one shape, in float64: `each((a, b) => a + b, [[1, 2]], [[3, 4]])` is `[[4, 6]]`.
 *
 * @param f - from one number of each array to a number
 * @param arrays - nested arrays of the same shape; a number stands for an array of that number
 * @returns nested arrays of their shape
 * @example
 * ```ts
 * console.log(each((a, b) => a * b, [[1, 2]], [[3, 4]])); // [ [ 3, 8 ] ]
 * ```
 */
export function each<A extends Numbers>(f: (...numbers: number[]) => number, ...arrays: [A, ...Numbers[]]): A {
  const longest = arrays.find((array) => typeof array !== 'number');
  if (longest === undefined) return f(...(arrays as unknown as number[])) as A;
  const rows = (longest as readonly Numbers[]).map((_, i) =>
    each(f, ...(arrays.map((array) => (typeof array === 'number' ? array : array[i]!)) as [Numbers, ...Numbers[]])),
  );
  return rows as unknown as A;
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
  return flatten(numbers).values.reduce((sum, value) => sum + value, 0);
}

/**
 * The mean of all numbers of nested arrays, in float64.
 *
 * @param numbers - nested arrays
 * @returns their mean
 * @example
 * ```ts
 * console.log(meanOf([[1, 2], [3, 4]])); // 2.5
 * ```
 */
export function meanOf(numbers: Numbers): number {
  return sumOf(numbers) / flatten(numbers).values.length;
}
