import { ownOperation } from '../tensor/own-kernels.js';
import type { RandomStream } from './stream.js';

/**
 * A stratified integer for each of `count` examples: each is uniform in 0 ... size - 1, and each of `count` equal parts of that range
 * contains exactly one of them. The parts are assigned to the examples in random order; each example draws a place in its part.
 *
 * @param random - advanced by two permutations: of `count`, and of size / gcd(count, size)
 */
export function stratify(count: number, size: number, random: RandomStream): Int32Array {
  // the greatest common divisor
  let [divisor, rest] = [count, size];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  const draw = (): Int32Array => {
    // in integers: the positions form a grid that divides both parts and entries, so each entry has the same number of positions
    const fine = size / divisor;
    const parts = random.permutation(count);
    const places = random.permutation(fine);
    return Int32Array.from(parts, (part, i) => Math.floor(((part * fine + places[i % fine]!) * size) / (count * fine)));
  };
  return ownOperation<OwnDraw>('Draw')?.(draw, size, random) ?? draw();
}

/**
 * What a backend may have for integers below `size` that the host draws: it may draw again later, if what a step computes from one of them does
 * not depend on the others.
 */
export type OwnDraw = (draw: () => Int32Array, size: number, random: RandomStream) => Int32Array;
