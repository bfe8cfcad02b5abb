import type { Size } from './recording.js';

/** A free size: its name, the sizes with which a function is recorded, and one at which the rule is checked. */
export interface FreeSize {
  readonly name: string;
  readonly values: readonly [number, number];
  readonly check: number;
}

/** The sizes of one call, by name. */
export type Sizes = Readonly<Record<string, number>>;

/** All combinations of the two values of each size, the first size changing fastest, and then those that check the rule. */
export function combinationsOf(free: readonly FreeSize[]): Sizes[] {
  const corners = Array.from({ length: 2 ** free.length }, (_, corner) =>
    Object.fromEntries(free.map(({ name, values }, i) => [name, values[(corner >> i) & 1]!])),
  );
  return free.length === 0 ? corners : [...corners, Object.fromEntries(free.map(({ name, check }) => [name, check]))];
}

/**
 * The sum of products of sizes that gives these numbers, one for each combination; undefined if there is none.
 *
 * In one size, f(n) = f(a) + (f(b) - f(a)) / (b - a) (n - a); in several, the same for each coefficient
 */
export function fit(numbers: readonly number[], free: readonly FreeSize[], tolerance = 0): Size | undefined {
  const [first] = numbers as [number];
  if (numbers.every((number) => Object.is(number, first))) return first;
  const made = coefficientsOf(numbers.slice(0, -1), free);
  const formula = Object.fromEntries(Object.entries(made).filter(([, factor]) => Math.abs(factor) > 1e-12));
  const right = combinationsOf(free).every((sizes, i) => {
    const number = numbers[i]!;
    return Math.abs(sizeAt(formula, sizes) - number) <= Math.max(1e-9, tolerance * Math.abs(number));
  });
  return right ? formula : undefined;
}

function coefficientsOf(numbers: readonly number[], free: readonly FreeSize[]): Record<string, number> {
  if (free.length === 0) return { '1': numbers[0]! };
  const { name, values } = free.at(-1)!;
  const half = numbers.length / 2;
  const [low, high] = [numbers.slice(0, half), numbers.slice(half)];
  const slopes = low.map((number, i) => (high[i]! - number) / (values[1] - values[0]));
  const others = free.slice(0, -1);
  const constant = coefficientsOf(
    low.map((number, i) => number - slopes[i]! * values[0]),
    others,
  );
  const linear = coefficientsOf(slopes, others);
  const named = Object.entries(linear).map(([key, factor]) => [key === '1' ? name : `${key}*${name}`, factor] as const);
  return { ...constant, ...Object.fromEntries(named) };
}

/** A size at given sizes. */
export function sizeAt(size: Size, sizes: Sizes): number {
  if (typeof size === 'number') return size;
  return Object.entries(size).reduce(
    (sum, [key, factor]) =>
      sum + key.split('*').reduce((product, name) => product * (name === '1' ? 1 : sizes[name]!), factor),
    0,
  );
}
