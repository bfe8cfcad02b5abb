import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';
import type { TokenModel } from 'tfjs-generative/tokens';
import type { Tune } from './tune.js';
import { encodeTunes, metreLabels, type Vocabulary } from './vocabulary.js';

/** Tunes at once. */
const PART = 32;

/** What {@link bitsPerNote} takes. */
export interface LikelihoodOptions {
  readonly vocabulary: Vocabulary;
  /** Estimates of a bound; 1 for an exact model. */
  readonly repeats: number;
  readonly random: RandomStream;
  /** Only the first notes of each tune, by an autoregressive model; by default all. */
  readonly first?: number | undefined;
}

/** Bits per token of some tunes, ends included, and the standard error of the estimates of a bound: 0 if there is one only. */
export async function bitsPerNote(
  model: TokenModel,
  tunes: readonly Tune[],
  { vocabulary, repeats, random, first = model.length }: LikelihoodOptions,
): Promise<{ bits: number; error: number }> {
  const { length } = model;
  const { data } = encodeTunes(tunes, { vocabulary, length });
  const kept = data.map((token, i) => (i % length < first ? token : -1));
  const count = kept.reduce((sum, token) => sum + Number(token >= 0), 0);
  const labels = metreLabels(tunes, vocabulary).data;
  const estimates: number[] = [];
  for (let k = 0; k < repeats; k++) {
    let nats = 0;
    for (let start = 0; start < tunes.length; start += PART) {
      const end = Math.min(start + PART, tunes.length);
      const logProb = tf.tidy(() => {
        const indices = tf.tensor2d(kept.subarray(start * length, end * length), [end - start, length], 'int32');
        const condition = tf.tensor1d(labels.subarray(start, end), 'int32');
        return tf.sum(model.logProb(indices, { condition, random }));
      });
      nats -= (await logProb.data())[0]!;
      logProb.dispose();
    }
    estimates.push(nats / count / Math.LN2);
  }
  const bits = estimates.reduce((sum, estimate) => sum + estimate, 0) / repeats;
  const squares = estimates.reduce((sum, estimate) => sum + (estimate - bits) ** 2, 0);
  return { bits, error: repeats === 1 ? 0 : Math.sqrt(squares / (repeats - 1) / repeats) };
}
