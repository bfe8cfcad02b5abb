import * as tf from '@tensorflow/tfjs-core';
import {
  attention,
  dense,
  dropout as dropoutLayer,
  embedding,
  gelu,
  layerNorm,
  residual,
  sequential,
  type Network,
  type RandomStream,
} from 'tfjs-generative';
import { barLength, noteTimes, type NoteVocabulary } from 'tfjs-generative/music';

/** Bars with a vector of their own; later ones have that of the last. */
const BARS = 128;
/** Bars of a part of a tune, after which it is often repeated. */
const PART = 8;

/** What {@link timedTransformer} takes. */
export interface TimedTransformerOptions {
  readonly vocabulary: NoteVocabulary;
  /** Numbers per note inside, and blocks. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly dropout: number;
  readonly random: RandomStream;
}

/**
 * A causal transformer that knows the time: besides the note before, each place has vectors of where the next note begins, of the place in
 * the bar, the bar, and the bar's place in a part of eight. All three follow from the lengths of the notes so far and from the metre, which is
 * the condition. So attention finds the same place of an earlier part by itself, where a transformer that counts notes must first learn to
 * add their lengths.
 */
export function timedTransformer(options: TimedTransformerOptions): Network {
  const { vocabulary, width, layers, heads, dropout, random } = options;
  const bars = vocabulary.metres.map(barLength);
  const vectors = (classes: number, name: string): Network =>
    embedding({ classes, size: width, random: random.fork(name) });
  // the index after the tokens is the start
  const notes = vectors(vocabulary.tokens + 1, 'notes');
  const notesBefore = vectors(vocabulary.tokens + 1, 'notes before');
  const metres = vectors(bars.length, 'metres');
  const times = [vectors(Math.max(...bars), 'place in bar'), vectors(BARS, 'bar'), vectors(PART, 'bar in part')];
  const drop = dropoutLayer({ rate: dropout });
  const logits = dense({ inputs: width, units: vocabulary.tokens, random: random.fork('logits') });
  // all tokens are equally likely at first
  for (const variable of logits.variables) tf.tidy(() => variable.assign(tf.zerosLike(variable)));
  const body = sequential([
    drop,
    ...Array.from({ length: layers }, (_, i) => {
      const own = random.fork(`block ${i}`);
      const rise = dense({ inputs: width, units: 4 * width, activation: gelu, random: own.fork('rise') });
      const fall = dense({ inputs: 4 * width, units: width, random: own.fork('fall') });
      const look = attention({ inputs: width, heads, causal: true, random: own.fork('attention') });
      return [
        residual(sequential([layerNorm({ inputs: width }), look, drop])),
        residual(sequential([layerNorm({ inputs: width }), rise, fall, drop])),
      ];
    }).flat(),
    layerNorm({ inputs: width }),
    logits,
  ]);
  const parts = [notes, notesBefore, metres, ...times, body];
  return {
    variables: parts.flatMap(({ variables }) => variables),
    apply: (input, applyOptions = {}) =>
      tf.tidy(() => {
        const metre = applyOptions.condition ?? tf.fill([input.shape[0]], -1, 'int32');
        const before = tf.pad(
          tf.slice(input, [0, 0], [-1, input.shape[1]! - 1]),
          [
            [0, 0],
            [1, 0],
          ],
          -1,
        );
        const summands = [notes.apply(input), notesBefore.apply(before), tf.expandDims(metres.apply(metre), 1)];
        const { inBar, bar, inPart } = noteTimes(input, metre, { vocabulary, part: PART });
        const known = [inBar, tf.minimum(bar, tf.scalar(BARS - 1, 'int32')), inPart];
        known.forEach((indices, i) => summands.push(times[i]!.apply(indices)));
        return body.apply(
          summands.reduce((sum, one) => tf.add(sum, one)),
          applyOptions,
        );
      }),
    dispose: () => parts.forEach((part) => part.dispose()),
  };
}
