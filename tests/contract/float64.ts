/** An array of float64 numbers with a shape; `true` is 1. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

type Index = readonly number[];

/** An array with `f` of each index. */
export function build(shape: readonly number[], f: (index: Index) => number): Numbers {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Array.from({ length: size }, (_, place) => {
    let rest = place;
    const index = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return f(index);
  });
  return { shape, values };
}

/** The number at an index, whose last axes are those of the array; an axis of size 1 is broadcast. */
export function at({ shape, values }: Numbers, index: Index): number {
  const own = index.slice(index.length - shape.length);
  const place = shape.reduce((sum, length, axis) => sum * length + (length === 1 ? 0 : own[axis]!), 0);
  return values[place]!;
}

/** `f` of the numbers in each place, with broadcasting. */
export function each(f: (...numbers: number[]) => number): (...arrays: Numbers[]) => Numbers {
  return (...arrays) => {
    const rank = Math.max(...arrays.map(({ shape }) => shape.length));
    const shape = Array.from({ length: rank }, (_, axis) => {
      const lengths = arrays.map((array) => array.shape[axis - rank + array.shape.length] ?? 1);
      return lengths.find((length) => length !== 1) ?? 1;
    });
    return build(shape, (index) => f(...arrays.map((array) => at(array, index))));
  };
}

/** `f` of the numbers of each row. */
export const rows =
  (f: (numbers: number[]) => number) =>
  (x: Numbers): Numbers =>
    build(x.shape.slice(0, 1), ([i]) => f(Array.from({ length: x.shape[1]! }, (_, j) => at(x, [i!, j]))));

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
export const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length;

/** The error function by its series. */
export function erf(x: number): number {
  if (!(Math.abs(x) < 6)) return Math.sign(x);
  let [term, total] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= -(x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

/** The nearest integer; the even one of two. */
export function round(x: number): number {
  const nearest = Math.round(x);
  return nearest - x === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}
