import type { Tensor } from '@tensorflow/tfjs-core';
import { checkInt, checkInteger } from '../../tensor/checks.js';
import { outOfRange, shapeText } from '../../tensor/errors.js';
import { readTensor } from '../../tensor/lost-backend.js';
import { readOptions } from '../../tensor/options.js';

/** The result of {@link codeUsage}. */
export interface CodeUsage {
  /** exp(entropy) of the codes' shares: the number of equally likely codes that would be as varied. */
  readonly perplexity: number;
  /** The number of codes that occur. */
  readonly used: number;
  /** How often each code occurs. */
  readonly counts: Int32Array;
}

/**
 * How many codes data use.
 *
 * perplexity = exp(-sum_k p_k log p_k), where p_k is the share of code k; from 1, if all codes are equal, to K
 *
 * @param indices - the codes of data, int32 of any shape, such as those of `encoder.indices(x)`
 * @param options - `codes`, K
 * @returns resolves to the perplexity, the number of codes that occur, and their counts
 * @throws TypeError if the indices are not int32; RangeError if there are none, because shares of nothing are not defined, or if one is
 *   not in 0 ... K - 1
 * @remarks Give it many more indices than there are codes: those of one batch of 64 vectors contain at most 64 of 512 codes, although all may be
 *   in use.
 * @example
 * ```ts
 * const { perplexity, used } = await codeUsage(tf.tensor1d([0, 0, 0, 0, 1, 1, 2, 3], 'int32'), { codes: 16 });
 * console.log(perplexity, used); // 3.364 4
 * ```
 */
export async function codeUsage(indices: Tensor, options: { readonly codes: number }): Promise<CodeUsage> {
  const where = 'codeUsage';
  const { codes } = readOptions(where, options, { codes: checkInteger });
  checkInt(where, 'indices', indices);
  if (indices.size === 0) {
    throw outOfRange(where, 'indices', 'must hold at least one code', { seen: shapeText(indices.shape) });
  }
  const counts = new Int32Array(codes);
  const values = await readTensor(where, indices);
  const wrong = values.find((index) => !(index >= 0 && index < codes));
  if (wrong !== undefined) throw outOfRange(where, 'indices', `must be in 0 ... ${codes - 1}`, { got: wrong });
  for (const index of values) counts[index]! += 1;
  return { perplexity: perplexityOf(counts), used: counts.filter((count) => count > 0).length, counts };
}

/** exp(entropy) of the shares of counts; NaN if all are 0. */
export function perplexityOf(counts: ArrayLike<number>): number {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  const entropy = Array.from(counts).reduce((sum, n) => (n > 0 ? sum - (n / total) * Math.log(n / total) : sum), 0);
  return total > 0 ? Math.exp(entropy) : NaN;
}
