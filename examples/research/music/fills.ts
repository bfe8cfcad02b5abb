import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';
import type { Tune } from 'tfjs-generative/music';
import type { TokenModel } from 'tfjs-generative/tokens';
import { copyRates, filledBars } from '../../melodies/measures.js';
import { decodeGrid, type GridVocabulary } from '../../music/grid.js';
import { fillHole } from '../../music/fill-hole.js';
import type { Hole } from '../../music/holes.js';
import type { Row } from '../../music/rows.js';

/** What the cells of filled holes are like, next to the cells that were there. */
export interface FillMeasures {
  readonly fullBars: number;
  /** Share of the notes in the key signature. */
  readonly inKey: number;
  /** Mean interval at the two edges, in semitones. */
  readonly joints: number;
  /** Share of the phrases of eight notes that one training tune has, but the rest of the tune has not. */
  readonly copied: number;
}

/** Pitch classes without sharps and flats. */
const IN_KEY = new Set([0, 2, 4, 5, 7, 9, 11]);

/** Fills each hole once, and measures what is drawn, what was there, and the seconds of a fill. */
export async function measureFills(
  model: TokenModel,
  rows: readonly Row[],
  holes: readonly Hole[],
  { vocabulary, training, random }: { vocabulary: GridVocabulary; training: readonly Row[]; random: RandomStream },
): Promise<{ drawn: FillMeasures; data: FillMeasures; equal: number; seconds: number }> {
  const filled: Int32Array[] = [];
  const began = performance.now();
  for (const [i, row] of rows.entries()) filled.push(await fillHole(model, row, holes[i]!, { random }));
  const seconds = (performance.now() - began) / 1000 / rows.length;
  await tf.nextFrame();
  const measure = (all: readonly Int32Array[]): FillMeasures => {
    const parts = all.map((tokens, i) => partsOf(tokens, rows[i]!, holes[i]!, vocabulary));
    const notes = parts.flatMap(({ inside }) => inside.notes);
    const pitches = notes.flatMap(({ pitch }) => (pitch === null ? [] : [pitch]));
    return {
      fullBars: mean(parts.flatMap(({ bars }) => bars.map(Number))),
      inKey: mean(pitches.map((pitch) => Number(IN_KEY.has(pitch % 12)))),
      joints: mean(parts.flatMap(({ joints }) => joints)),
      copied: copyRates(
        parts.map(({ inside }) => inside),
        training.map(({ tune }) => tune),
      ).one,
    };
  };
  const equal = mean(filled.map((tokens, i) => Number(tokens.every((token, at) => token === rows[i]!.tokens[at]))));
  return { drawn: measure(filled), data: measure(rows.map(({ tokens }) => tokens)), equal, seconds };
}

/** The notes in a hole as a tune, whether its bars are full in the whole tune, and the intervals at its edges. */
function partsOf(
  tokens: Int32Array,
  { tune, bar }: Row,
  { start, count }: Hole,
  vocabulary: GridVocabulary,
): { inside: Tune; bars: boolean[]; joints: number[] } {
  const part = (from: number, to: number): Tune => ({
    ...tune,
    notes: decodeGrid(tokens.subarray(from, to), vocabulary),
  });
  const [before, inside, after] = [part(0, start), part(start, start + count), part(start + count, tokens.length)];
  const pitchesOf = ({ notes }: Tune): number[] => notes.flatMap(({ pitch }) => (pitch === null ? [] : [pitch]));
  const [a, b, c] = [before, inside, after].map(pitchesOf) as [number[], number[], number[]];
  const joints = [Math.abs(a.at(-1)! - b[0]!), Math.abs(b.at(-1)! - c[0]!)].filter((interval) => interval >= 0);
  const bars = filledBars(part(0, tokens.length)).slice(start / bar, (start + count) / bar);
  return { inside, bars, joints };
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
