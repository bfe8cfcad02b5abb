import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';
import { encodeTunes, type NoteVocabulary, type Tune } from 'tfjs-generative/music';
import type { TokenModel } from 'tfjs-generative/tokens';

/** Tunes at once. */
const PART = 32;

/** What {@link bitsPerNote} takes. */
export interface LikelihoodOptions {
  readonly vocabulary: NoteVocabulary;
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
  const { x, condition } = encodeTunes(tunes, { vocabulary, length });
  const kept = x.data.map((token, i) => (i % length < first ? token : -1));
  const count = kept.reduce((sum, token) => sum + Number(token >= 0), 0);
  const estimates: number[] = [];
  for (let k = 0; k < repeats; k++) {
    let nats = 0;
    for (let start = 0; start < tunes.length; start += PART) {
      const end = Math.min(start + PART, tunes.length);
      const logProb = tf.tidy(() => {
        const indices = tf.tensor2d(kept.subarray(start * length, end * length), [end - start, length], 'int32');
        const metres = tf.tensor1d(condition.data.subarray(start, end), 'int32');
        return tf.sum(model.logProb(indices, { condition: metres, random }));
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
