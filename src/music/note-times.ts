import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkInt } from '../tensor/checks.js';
import { readOptions } from '../tensor/options.js';
import { checkInteger } from '../tensor/plain-checks.js';
import { checkVocabulary, type NoteVocabulary } from './note-vocabulary.js';
import { checkMetre } from './tune.js';

/** Where the note after each place begins; each int32 `[n, k]`, and -1 for a tune without a metre. */
export interface NoteTimes {
  /** The place in its bar, in units. */
  readonly inBar: Tensor;
  /** The number of its bar, from 0 on. */
  readonly bar: Tensor;
  /** The place of its bar in a part, such as of eight bars. */
  readonly inPart: Tensor;
}

/**
 * Where the note after each token begins, as inputs for a causal network: it then finds the same place of an earlier bar by itself, where a network
 * that counts notes must first learn to add their lengths.
 *
 * time_i = sum over j <= i of length_j; bar = floor(time / barLength); inBar = time - bar barLength; inPart = bar mod part
 *
 * @param tokens - int32 `[n, k]`, tokens of the vocabulary; the end, and the token after it, which marks the start, take no time
 * @param metre - int32 `[n]`, the class of each tune's metre, or -1 for none
 * @param options - `vocabulary`, and `part`, the number of bars after which a tune is often repeated; default 8
 * @returns the times; the caller disposes them
 * @throws TypeError or `ShapeError` if an argument is wrong
 * @example
 * ```ts
 * const tunes = readAbc('X:1\nM:2/4\nL:1/4\nK:C\nCD|C2|');
 * const vocabulary = noteVocabulary(tunes);
 * const { x } = encodeTunes(tunes, { vocabulary, length: 3 });
 * const times = noteTimes(tf.tensor2d(x.data, x.shape, 'int32'), tf.tensor1d([0], 'int32'), { vocabulary });
 * console.log(await times.inBar.data()); // Int32Array(3) [ 24, 0, 0 ]
 * ```
 */
export function noteTimes(
  tokens: Tensor,
  metre: Tensor,
  options: {
    /** The lengths of the tokens, and the metres of the classes. */
    readonly vocabulary: NoteVocabulary;
    /** Bars in a part; default 8. */
    readonly part?: number | undefined;
  },
): NoteTimes {
  const where = 'noteTimes';
  checkInt(where, 'tokens', tokens, [null, null], 'It holds one tune per row.');
  checkInt(where, 'metre', metre, [tokens.shape[0]], 'It holds the class of each metre.');
  const { vocabulary, part } = readOptions(where, options, {
    vocabulary: checkVocabulary,
    part: { is: checkInteger, default: 8 },
  });
  const { notes, metres } = vocabulary;
  return tf.tidy(() => {
    const integers = (values: readonly number[]): Tensor => tf.tensor1d([...values], 'int32');
    // the end and the start take no time
    const lengths = tf.gather(integers([...notes.map(({ length }) => length), 0, 0]), tokens);
    const next = tf.cumsum(tf.cast(lengths, 'float32'), 1);
    const bars = integers(metres.map((one) => checkMetre(where, 'metres', one)));
    const length = tf.expandDims(tf.cast(tf.gather(bars, tf.maximum(metre, tf.scalar(0, 'int32'))), 'float32'), 1);
    // whole numbers, so half a unit keeps a rounded quotient on the right side
    const bar = tf.floor(tf.div(tf.add(next, 0.5), length));
    const inBar = tf.sub(next, tf.mul(bar, length));
    const inPart = tf.sub(bar, tf.mul(part, tf.floor(tf.div(tf.add(bar, 0.5), part))));
    const isKnown = tf.expandDims(tf.cast(tf.greaterEqual(metre, 0), 'float32'), 1);
    const known = (times: Tensor): Tensor => tf.cast(tf.sub(tf.mul(tf.add(times, 1), isKnown), 1), 'int32');
    return { inBar: known(inBar), bar: known(bar), inPart: known(inPart) };
  });
}
