import { readOptions } from '../tensor/options.js';
import { fetchBytes, fetchRules, type FetchBytesOptions } from './fetch-bytes.js';
import { expectedRule, load, type LoadModelOptions } from './load-model.js';
import { makersRule } from './make-own.js';
import type { ExpectedModel, LoadedModel } from './part-kinds.js';

/** Options of {@link fetchModel}: those of {@link fetchModelBytes} and of {@link loadModel}. */
export interface FetchModelOptions<As extends ExpectedModel | undefined = undefined>
  extends FetchBytesOptions, Pick<LoadModelOptions<As>, 'as' | 'makers'> {}

/**
 * Downloads a model and loads it, in a page, a worker or Node.
 *
 * @param url - an http or https address; in a page it may be relative
 * @param options - see {@link FetchModelOptions}
 * @returns the same as {@link loadModel}; the caller disposes it
 * @throws Error in one sentence if the server does not return the file, if it is longer than `maxBytes` or has another `checksum`, or
 *   if {@link loadModel} rejects it
 * @example
 * ```ts
 * const url = URL.createObjectURL(new Blob([await saveModel(decoder)])); // or 'https://...'
 * const loaded = await fetchModel(url, { as: 'decoder', maxBytes: 50e6 });
 * console.log(loaded.mean(tf.zeros([1, 4])).shape); // [1, 8, 8, 1]
 * ```
 */
export async function fetchModel<const As extends ExpectedModel | undefined = undefined>(
  url: string | URL,
  options: FetchModelOptions<As> = {},
): Promise<LoadedModel<As>> {
  const where = 'fetchModel';
  const read = readOptions(where, options as FetchModelOptions, {
    as: expectedRule,
    makers: makersRule,
    ...fetchRules,
  });
  const bytes = await fetchBytes(where, url, read);
  return load(where, bytes, { as: options.as, makers: read.makers, maxBytes: read.maxBytes, signal: read.signal });
}
