import { checkInteger, checkRecord } from '../tensor/checks.js';
import { outOfRange } from '../tensor/errors.js';
import { readTensor } from '../tensor/lost-backend.js';
import { readOptions } from '../tensor/options.js';
import type { TokenSampleOptions } from './sampling/sample-options.js';
import { drawRules, sampleBy } from './sampling/token-sampler.js';
import { readTokenList } from './token-list.js';
import type { TokenModel } from './token-model.js';

/** Options of {@link continueTokens}. */
export interface ContinueOptions extends Omit<TokenSampleOptions, 'known' | 'steps' | 'reveal' | 'onStep'> {
  /** Tokens to write. A sequence that ends stops earlier. */
  readonly count: number;
}

/**
 * Continues a sequence beyond the places of a model, such as a text from a prompt. The model writes half of its places at a time, after the
 * last tokens so far, which fill the other half; so the time grows with the number of tokens.
 *
 * @param model - a model that takes a known beginning: any {@link TokenModel}
 * @param beginning - the tokens so far, of any number
 * @param options - those of `sample` without `known`, and `count`
 * @returns resolves to the new tokens, with the end, if there is one
 * @throws (rejects with) TypeError or RangeError if an argument is wrong
 * @example
 * ```ts
 * const size = { tokens: 3, length: 6 };
 * const model = createTokenModel(transformer({ ...size, width: 32, layers: 1, random }), size);
 * const written = await continueTokens(model, [0, 1, 2], { count: 20, random });
 * console.log(written.length); // 20
 * ```
 */
export async function continueTokens(
  model: TokenModel,
  beginning: ArrayLike<number>,
  options: ContinueOptions,
): Promise<Int32Array> {
  const where = 'continueTokens';
  checkRecord(where, 'model', model, 'logProb sample', 'createTokenModel(...), createMaskedModel(...)');
  const { count, ...sampling } = readOptions(where, options, { count: checkInteger, ...drawRules });
  const { tokens, length, end } = model;
  if (length < 2) throw outOfRange(where, 'model.length', 'must be at least 2', { got: length });
  const all = readTokenList(where, 'beginning', beginning);
  const wrong = all.findIndex((token) => !(Number.isInteger(token) && token >= 0 && token < tokens && token !== end));
  if (wrong >= 0) {
    throw outOfRange(where, `beginning[${wrong}]`, `must be a token below ${tokens} that is not the end`, {
      got: all[wrong],
    });
  }
  const total = all.length + count;
  while (all.length < total && (end === undefined || !all.includes(end))) {
    const known = all.slice(Math.max(0, all.length - (length - Math.ceil(length / 2))));
    const drawn = await sampleBy(where, model.sample, 1, { ...sampling, known });
    const written = await readTensor(where, drawn).finally(() => drawn.dispose());
    all.push(...written.subarray(known.length).filter((token) => token >= 0));
  }
  return Int32Array.from(all.slice(beginning.length, total));
}
