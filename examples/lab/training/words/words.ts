import * as tf from '@tensorflow/tfjs-core';
import {
  createMaskedModel,
  createTokenModel,
  createTokenTrainer,
  transformer,
  type Characters,
} from 'tfjs-generative/tokens';
import type { Look } from '../../experiment/look.js';
import type { Learner, Lesson } from '../learner.js';
import { liveAdam } from '../live.js';
import { headsOf, PLACES, WORDS } from '../sizes.js';
import { stacked } from '../stacked.js';

/** A model of words, from left to right or by filling in blanks. Views have a token for each place, and -1 after the end of a word or where nothing is written yet. */
export function createWords({ experiment, live, random }: Lesson, letters: Characters): Learner {
  const { direction, width } = experiment;
  const isInOrder = direction === 'right';
  const { tokens, end } = letters;
  const network = transformer({
    tokens,
    length: PLACES,
    causal: isInOrder,
    width,
    heads: headsOf(width),
    layers: 2,
    random: random.fork('network'),
  });
  const model = (isInOrder ? createTokenModel : createMaskedModel)(network, { tokens, length: PLACES, end });
  const trainer = createTokenTrainer({ model, optimizer: liveAdam(() => live().rate), random, clipNorm: 1 });
  const views = random.fork('views');
  return {
    trainer,
    model: { model },
    shown: WORDS.shown,
    samples: (n, { temperature }, signal) => model.sample(n, { random: views.fork('samples'), temperature, signal }),
    views: {
      /** Words that fit what was typed, `[completed, PLACES]`. */
      completions: async ({ typed }: Look, { temperature }, signal) => {
        const row = knownOf(typed, letters, isInOrder);
        const known = tf.tile(tf.tensor2d(row, [1, PLACES], 'int32'), [WORDS.completed, 1]);
        try {
          return await model.sample(WORDS.completed, { random: views.fork('typed'), temperature, signal, known });
        } finally {
          known.dispose();
        }
      },
      /** Words while they are made, from nothing: `[PLACES, making, PLACES]`. A model that has drawn the end of all words makes no further call. */
      making: (_, { temperature }, signal) =>
        stacked(async (keep) => {
          const onStep = ({ indices }: { readonly indices: tf.Tensor }): void => keep(tf.clone(indices));
          const made = await model.sample(WORDS.making, {
            random: views.fork('making'),
            temperature,
            signal,
            onStep,
          });
          made.dispose();
        }),
    },
    dispose: () => [trainer, model].forEach((one) => one.dispose()),
  };
}

/** What is known of a word that was typed, with _ for blanks: letters and length; from left to right, only the letters before the first blank. */
function knownOf(typed: string, { encode, end }: Characters, isInOrder: boolean): Int32Array {
  const written = isInOrder ? typed.split('_')[0]! : typed;
  const known = new Int32Array(PLACES).fill(-1);
  [...written].forEach((letter, i) => (known[i] = letter === '_' ? -1 : encode(letter)[0]!));
  if (!isInOrder && written !== '') known[written.length] = end!;
  return known;
}
