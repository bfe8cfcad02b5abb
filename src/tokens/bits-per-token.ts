import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkInteger, checkRecord } from '../tensor/checks.js';
import { outOfRange } from '../tensor/errors.js';
import { readTensor } from '../tensor/lost-backend.js';
import { readOptions, signalRule } from '../tensor/options.js';
import { disposeBatch, readBatch } from '../training/data/batch.js';
import { readDataSet, type BatchData } from '../training/data/data-set.js';
import { createPause } from '../training/pause.js';
import { checkTokens, isCounted } from './sequences.js';
import type { TokenModel } from './token-model.js';

/** Options of {@link bitsPerToken}. */
export interface BitsOptions {
  /** The stream of the estimates of a masked model, which needs one; none by default. */
  readonly random?: RandomStream | undefined;
  /** Estimates of each sequence, whose mean is taken; default 1, which is enough for a model whose `logProb` is exact. */
  readonly draws?: number | undefined;
  /** Sequences per call of the model; default 64. */
  readonly batchSize?: number | undefined;
  /** Stops before the next call of the model; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of {@link bitsPerToken}. */
export interface Bits {
  /** Bits per token; for a masked model an upper bound. */
  readonly bits: number;
  /** The standard error of `bits` for sequences drawn at random; NaN for a single sequence. */
  readonly standardError: number;
  /** The number of tokens, ends included. */
  readonly tokens: number;
}

/**
 * How well a model predicts held-out sequences, in bits per token.
 *
 * The log-probabilities of all sequences are added up, and divided by -log 2 and by the number of tokens. Tokens after the end of a sequence are
 * not counted.
 *
 * @param model - from {@link createTokenModel}, {@link createMaskedModel} or your own
 * @param data - sequences that the model was not trained on: those of {@link windows} or {@link padSequences}, an int32 tensor
 *   `[n, length]`, or `{ x, condition }`; the caller keeps them
 * @param options - see {@link BitsOptions}
 * @returns resolves to the bits, their standard error and the number of tokens
 * @throws (rejects with) TypeError or RangeError if an argument is wrong, or if the data hold a number that is no token
 * @remarks The standard error is that of a ratio of two means: sequences are independent, tokens within one are not. Windows that overlap have
 *   a larger error.
 * @example
 * ```ts
 * const size = { tokens: 4, length: 6 };
 * const model = createTokenModel(transformer({ ...size, width: 32, layers: 1, random }), size);
 * const heldOut = windows(Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3), { length: 6 });
 * console.log((await bitsPerToken(model, heldOut)).bits); // 2: an untrained transformer finds all tokens equally likely
 * ```
 */
export async function bitsPerToken(model: TokenModel, data: BatchData, options: BitsOptions = {}): Promise<Bits> {
  const where = 'bitsPerToken';
  checkRecord(where, 'model', model, 'logProb sample', 'createTokenModel(...), createMaskedModel(...)');
  const { random, draws, batchSize, signal } = readOptions(where, options, {
    random: { is: checkRandom, default: undefined },
    draws: { is: checkInteger, default: 1 },
    batchSize: { is: checkInteger, default: 64 },
    signal: signalRule,
  });
  const afterPause = createPause({ signal });
  /** Of each sequence: -log p, and its number of tokens. */
  const [nats, counts]: [number[], number[]] = [[], []];
  const set = readDataSet(where, data);
  for (let start = 0; start < set.examples; start += batchSize) {
    const size = Math.min(batchSize, set.examples - start);
    const batch = tf.tidy(() => set.at(Uint32Array.from({ length: size }, (_, i) => start + i)));
    try {
      const { x, ...conditions } = readBatch(where, batch, 'data', 'int32');
      checkTokens(where, 'data', x, model.tokens);
      const estimate = (): Tensor => tf.tidy(() => tf.neg(model.logProb(x, { random, ...conditions })));
      let own: number[] = [];
      for (let i = 0; i < draws; i++) {
        const drawn = await readNew(where, await afterPause(estimate));
        own = drawn.map((one, k) => (own[k] ?? 0) + one / draws);
      }
      nats.push(...own);
      const counted = tf.tidy(() => tf.sum(tf.cast(isCounted(x, model.end), 'int32'), 1));
      counts.push(...(await readNew(where, counted)));
    } finally {
      disposeBatch(batch);
    }
  }
  return ratioOf(where, nats, counts);
}

/** The numbers of a tensor, which is disposed. */
async function readNew(where: string, tensor: Tensor): Promise<number[]> {
  return Array.from(await readTensor(where, tensor).finally(() => tensor.dispose()));
}

function ratioOf(where: string, nats: readonly number[], counts: readonly number[]): Bits {
  const wrong = nats.findIndex((one) => !Number.isFinite(one));
  if (wrong >= 0) {
    const rule = 'must hold tokens of the model, or -1, and the model finite weights';
    throw outOfRange(where, 'data', rule, { seen: `${nats[wrong]} nats for row ${wrong}` });
  }
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  const [n, tokens] = [nats.length, sum(counts)];
  if (tokens === 0) throw outOfRange(where, 'data', 'must hold at least one token', { seen: 'none' });
  const perToken = sum(nats) / tokens;
  const squares = sum(nats.map((one, i) => (one - perToken * counts[i]!) ** 2));
  return { bits: perToken / Math.LN2, standardError: Math.sqrt((n / (n - 1)) * squares) / tokens / Math.LN2, tokens };
}
