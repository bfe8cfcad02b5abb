import { checkRandom } from '../random/check-random.js';
import { stratify } from '../random/stratify.js';
import type { RandomStream } from '../random/stream.js';
import { checkInteger } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';

/**
 * A stratified timestep for each example of a batch: each is a uniform draw from the list, and each equal part of the list contains
 * exactly one of them, so the loss of a batch depends less on chance.
 *
 * The list is cut into `count` equal parts, which are assigned to the examples in random order; each example draws a position in its part
 *
 * @param count - examples in the batch, at least 1
 * @param list - timesteps, which may be repeated: `Int32Array.from({ length: steps }, (_, t) => t)` for all,
 *   {@link logNormalTimesteps} for one with more of those in the middle
 * @param random - advanced by two permutations: of `count`, and of list.length / gcd(count, list.length)
 * @returns `count` entries of the list, on the host
 * @throws TypeError or RangeError if an argument is wrong
 * @example
 * ```ts
 * const timesteps = stratifiedTimesteps(4, Int32Array.of(0, 1, 2, 3), createRandom(1));
 * console.log(timesteps.length, timesteps.reduce((sum, t) => sum + t)); // 4, 6: one of each
 * ```
 * @see Kingma et al. 2021, appendix I.1, https://arxiv.org/abs/2107.00630
 */
export function stratifiedTimesteps(count: number, list: Int32Array, random: RandomStream): Int32Array {
  const where = 'stratifiedTimesteps';
  checkInteger(where, 'count', count);
  checkTimestepList(where, 'list', list);
  checkRandom(where, 'random', random);
  return stratify(count, list.length, random).map((place) => list[place]!);
}

/** Throws unless `list` is an Int32Array that is not empty. */
export function checkTimestepList(where: string, argument: string, list: unknown): void {
  if (list instanceof Int32Array && list.length > 0) return;
  throw wrongKind(where, argument, 'must be an Int32Array of at least one timestep', { got: list });
}
