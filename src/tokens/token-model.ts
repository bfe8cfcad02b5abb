import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNetwork } from '../nets/check-network.js';
import { classesOf } from '../nets/classes-of.js';
import type { ApplyOptions, Part } from '../nets/network.js';
import { checkInteger } from '../tensor/checks.js';
import { madeBy, note } from '../tensor/made-by.js';
import { readOptions, type Complete, type Rules } from '../tensor/options.js';
import { checkReach } from './check-reach.js';
import { sampleInOrder } from './sampling/sample-in-order.js';
import { samplerOf, type TokenSampler } from './sampling/token-sampler.js';
import { checkSequences, checkTokens, logitsOf, nanUnlessTokens, termsOf, upToEnd } from './sequences.js';
import type { TokenNetwork } from './token-network.js';

/** A distribution of sequences of tokens: {@link createTokenModel} and {@link createMaskedModel} make one. */
export interface TokenModel extends Part {
  /** Number of tokens, 0 ... tokens - 1. */
  readonly tokens: number;
  /** Places of a sequence. */
  readonly length: number;
  /** The token after which a sequence stops; undefined if all sequences fill their places. */
  readonly end?: number | undefined;
  /**
   * log p of sequences, or an unbiased estimate of a lower bound on it.
   *
   * @param indices - int32 `[n, length]`; -1 after the end of a sequence. For any other number that is no token, it
   *   throws on cpu and wasm; on a GPU, and within a gradient call, it gives NaN, so that a trainer skips the update
   * @param options - such as `condition`; a bound that is estimated draws from `random`
   * @returns `[n]`, nats; the caller disposes it
   */
  logProb(indices: Tensor, options?: ApplyOptions): Tensor;
  /**
   * Draws sequences.
   *
   * @param n - how many, at least 1
   * @param options - see {@link TokenSampleOptions}
   * @returns resolves to int32 `[n, length]`, with -1 after the end of a sequence; the caller disposes it
   */
  readonly sample: TokenSampler;
}

/** Options of {@link createTokenModel} and {@link createMaskedModel}. */
export interface TokenModelOptions {
  /** Number of tokens, 0 ... tokens - 1. The network also reads the index `tokens`. */
  readonly tokens: number;
  /** Places of a sequence. */
  readonly length: number;
  /** The token after which a sequence stops, such as `characters(...).end`. By default all sequences fill their places. */
  readonly end?: number | undefined;
}

/** The rules of the options that all token models share. */
export const modelRules = {
  // the largest index of a network is int32
  tokens: { is: checkInteger, most: 0x7fff_ffff },
  length: checkInteger,
  end: { is: checkInteger, default: undefined, least: 0 },
} satisfies Rules<TokenModelOptions>;

/** The options of a token model, checked. */
export function readModelOptions<O extends TokenModelOptions, const R extends Rules<O>>(
  where: string,
  network: TokenNetwork,
  options: O,
  isCausal: boolean,
  rules: R,
) {
  checkNetwork(where, 'network', network);
  const read = readOptions(where, options, rules as never) as unknown as O & Complete;
  if (read.end !== undefined) checkInteger(where, 'end', read.end, { least: 0, most: read.tokens - 1 });
  checkReach(where, network, read.length, isCausal);
  return read;
}

/**
 * An autoregressive model of sequences: it writes one token after the other.
 *
 * log p(x) = sum_i log p(x_i | x_1 ... x_(i-1)), where row i of the network's logits, computed from the start token (index `tokens`) and
 * x_1 ... x_(i-1), is p(x_i | ...)
 *
 * If there is an `end`, the sum stops with it: tokens that follow, and places with -1, are in no term.
 *
 * @param network - from int32 `[n, length]` to logits `[n, length, tokens]`, each row computed only from tokens up to its place, such as
 *   {@link transformer}; the model owns it
 * @param options - see {@link TokenModelOptions}
 * @returns a model whose `logProb` is exact
 * @throws TypeError or RangeError if an argument is wrong, also for a network of this library that is not causal; `logProb` throws
 *   TypeError or `ShapeError` unless the indices are int32 `[n, length]` and the network returns logits `[n, length, tokens]`
 * @example
 * ```ts
 * const size = { tokens: 3, length: 6 };
 * const model = createTokenModel(transformer({ ...size, width: 32, layers: 1, random }), size);
 * const nats = await model.logProb(tf.tensor2d([[0, 1, 2, 0, 1, 2]], [1, 6], 'int32')).data();
 * console.log(nats); // -6 log 3 = -6.592: an untrained transformer finds all tokens equally likely
 * ```
 * @see Bengio et al. 2003, A Neural Probabilistic Language Model, https://www.jmlr.org/papers/v3/bengio03a.html
 */
export function createTokenModel(network: TokenNetwork, options: TokenModelOptions): TokenModel {
  const where = 'createTokenModel';
  const read = readModelOptions(where, network, options, true, modelRules);
  const { tokens, length, end } = read;
  const logProb = (indices: Tensor, applyOptions?: ApplyOptions): Tensor => {
    checkSequences('logProb', 'indices', indices, length);
    checkTokens('logProb', 'indices', indices, tokens);
    return tf.tidy(() => {
      const start = tf.fill([indices.shape[0], 1], tokens, 'int32');
      const before = length === 1 ? start : tf.concat([start, tf.slice(indices, [0, 0], [-1, length - 1])], 1);
      const logits = logitsOf('logProb', network, tf.maximum(before, tf.scalar(0, 'int32')), applyOptions, tokens);
      const terms = termsOf(logits, end === undefined ? indices : upToEnd(indices, end, -1));
      return nanUnlessTokens(tf.neg(tf.sum(terms, 1)), indices, tokens);
    });
  };
  return tokenModelOf(where, network, read, { logProb, sample: samplerOf(network, read, sampleInOrder, true) });
}

/** Makes the frozen record of a token model that owns a network. */
export function tokenModelOf(
  where: string,
  network: TokenNetwork,
  read: TokenModelOptions & Complete,
  members: Pick<TokenModel, 'logProb' | 'sample'>,
): TokenModel {
  const { tokens, length, end } = read;
  const { variables, buffers = [], notResumable } = network;
  const model: TokenModel = {
    variables,
    buffers,
    notResumable,
    dispose: () => network.dispose(),
    tokens,
    length,
    end,
    ...members,
  };
  return Object.freeze(note(madeBy(where, read, model), { parts: [network], classes: classesOf(network) }));
}
