import { wrongKind } from '../tensor/errors.js';
import type { Part } from './network.js';

/**
 * The number of parameters of networks, or of parts made of them: all numbers in `variables`, which an optimizer may change.
 * `buffers`, such as the statistics of {@link batchNorm}, do not count.
 *
 * @param parts - networks, encoders, decoders, generators, ...; a variable that two of them share counts once. For a record of
 *   parts: `countParameters(...Object.values(parts))`
 * @returns the exact integer
 * @throws TypeError if a part has no array of variables
 * @example
 * ```ts
 * console.log(countParameters(dense({ inputs: 2, units: 3, random: createRandom(1) }))); // 9
 * ```
 */
export function countParameters(...parts: readonly Pick<Part, 'variables'>[]): number {
  const all = parts.flatMap((part, i) => {
    const variables: unknown = (part as Part | undefined)?.variables;
    if (Array.isArray(variables)) return part.variables;
    const rule = 'must be an array of variables';
    throw wrongKind('countParameters', `parts[${i}].variables`, rule, { got: variables });
  });
  return [...new Set(all)].reduce((sum, { size }) => sum + size, 0);
}
