import { hostDraw } from '../tensor/host-draw.js';
import type { RandomStream } from './stream.js';

/**
 * A stratified integer for each of `count` examples: each is uniform in 0 ... size - 1, and each of `count` equal parts of that range
 * contains exactly one of them. The parts are assigned to the examples in random order; each example draws a place in its part.
 *
 * @param random - advanced by two permutations: of `count`, and of size / gcd(count, size)
 */
export function stratify(count: number, size: number, random: RandomStream): Int32Array {
  return hostDraw(random, size, () => {
    // in integers: the positions form a grid that divides both parts and entries, so each entry has the same number of positions
    const fine = size / greatestCommonDivisor(count, size);
    const parts = random.permutation(count);
    const places = random.permutation(fine);
    return Int32Array.from(parts, (part, i) => Math.floor(((part * fine + places[i % fine]!) * size) / (count * fine)));
  });
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
