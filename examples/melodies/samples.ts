import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';
import { barLength, decodeNotes, encodeTunes, noteOnsets, type NoteVocabulary, type Tune } from 'tfjs-generative/music';
import type { TokenModel } from 'tfjs-generative/tokens';
import { lengthOf } from './measures.js';
import type { Roll } from './picture.js';

/** The share of a tune's bars that is given when the rest is filled in. */
const GIVEN = 1 / 4;
/** Bars of the tune to complete: two lines of the picture at most. */
const [MIN_BARS, MAX_BARS] = [8, 33];

/** What a model's samples share. */
export interface SampleOptions {
  readonly vocabulary: NoteVocabulary;
  readonly random: RandomStream;
  /** Calls of a masked model's network; by default one for each note. */
  readonly steps?: number | undefined;
}

/** Metres with the shares that they have among some tunes. */
export function metresLike(tunes: readonly Tune[], count: number): string[] {
  const metres = tunes.map(({ metre }) => metre).sort();
  return Array.from({ length: count }, (_, i) => metres[Math.floor(((i + 0.5) * metres.length) / count)]!);
}

/** New tunes, one for each metre. */
export async function sampleTunes(
  model: TokenModel,
  metres: readonly string[],
  options: SampleOptions,
): Promise<Tune[]> {
  return draw(model, metres, options);
}

/** The first tune that a model can complete: one whose end is within its places, and that the picture shows as a whole. */
export function tuneToComplete(tunes: readonly Tune[], length: number): Tune | undefined {
  return tunes.find((tune) => {
    const bars = lengthOf(tune) / barLength(tune.metre);
    return tune.notes.length < length && bars >= MIN_BARS && bars <= MAX_BARS;
  });
}

/** Completes a tune from its first bars; the model chooses where it ends. */
export async function completeEnd(model: TokenModel, tune: Tune, options: SampleOptions): Promise<Roll> {
  const onsets = noteOnsets(tune.notes);
  const count = onsets.findIndex((onset) => onset >= GIVEN * onsets.at(-1)!);
  const [completed] = await draw(model, [tune.metre], {
    ...options,
    known: (token, place) => (place < count ? token : -1),
    tune,
  });
  return { tune: { ...completed!, title: tune.title }, given: [0, count] };
}

/**
 * Completes a tune from its last bars. Their places are given, and with them the number of notes before them; how many bars those fill is
 * left to the model.
 */
export async function completeBeginning(model: TokenModel, tune: Tune, options: SampleOptions): Promise<Roll> {
  const onsets = noteOnsets(tune.notes);
  const first = onsets.findIndex((onset) => onset >= (1 - GIVEN) * onsets.at(-1)!);
  const [completed] = await draw(model, [tune.metre], {
    ...options,
    known: (token, place) => (place >= first ? token : -1),
    tune,
  });
  return { tune: { ...completed!, title: tune.title }, given: [first, tune.notes.length] };
}

interface DrawOptions extends SampleOptions {
  /** The tune that is completed, and which of its tokens are given: others become -1. */
  readonly tune?: Tune;
  readonly known?: (token: number, place: number) => number;
}

async function draw(
  model: TokenModel,
  metres: readonly string[],
  { vocabulary, random, steps, tune, known }: DrawOptions,
): Promise<Tune[]> {
  const { length } = model;
  const condition = tf.tensor1d(
    metres.map((metre) => vocabulary.metres.indexOf(metre)),
    'int32',
  );
  const given =
    tune && tf.tensor2d(encodeTunes([tune], { vocabulary, length }).x.data.map(known!), [1, length], 'int32');
  const indices = await model.sample(metres.length, { random, condition, known: given, steps });
  const tokens = Int32Array.from(await indices.data());
  tf.dispose([condition, given ?? [], indices]);
  return metres.map((metre, i) => ({
    title: `Sample ${i + 1}`,
    metre,
    sharps: 0,
    notes: decodeNotes(tokens.subarray(i * length, (i + 1) * length), vocabulary),
  }));
}
