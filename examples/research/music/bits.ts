import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';
import type { TokenModel } from 'tfjs-generative/tokens';
import { notesIn, type GridVocabulary } from '../../music/grid.js';
import type { Hole } from '../../music/holes.js';
import { conditionOf, tokensOf, type Row } from '../../music/rows.js';

/** Rows at once. */
const PART = 16;

/** -log p of each row in nats, or an estimate of a bound on it. */
async function natsOf(
  model: TokenModel,
  rows: readonly Pick<Row, 'tokens' | 'metre'>[],
  holes: readonly (Hole | undefined)[] = [],
  random?: RandomStream,
): Promise<number[]> {
  const nats: number[] = [];
  for (let start = 0; start < rows.length; start += PART) {
    const [own, ownHoles] = [rows.slice(start, start + PART), holes.slice(start, start + PART)];
    const logProb = tf.tidy(() =>
      model.logProb(tokensOf(own, ownHoles), { condition: conditionOf(own, ownHoles), random }),
    );
    nats.push(...Array.from(await logProb.data(), (value) => -value));
    logProb.dispose();
  }
  return nats;
}

/** Bits a note of rows, ends included, and the standard error of an estimated bound over repeats. */
export async function bitsOfTunes(
  model: TokenModel,
  rows: readonly Row[],
  vocabulary: GridVocabulary,
  { repeats, random }: { readonly repeats: number; readonly random: RandomStream },
): Promise<{ bits: number; error: number }> {
  const notes = sum(rows.map(({ tokens }) => notesIn(tokens, vocabulary)));
  const estimates: number[] = [];
  for (let k = 0; k < repeats; k++) estimates.push(sum(await natsOf(model, rows, [], random)) / notes / Math.LN2);
  const bits = sum(estimates) / repeats;
  const spread = sum(estimates.map((estimate) => (estimate - bits) ** 2));
  return { bits, error: repeats === 1 ? 0 : Math.sqrt(spread / (repeats - 1) / repeats) };
}

/** Bits a note of the cells of holes: after both sides, and after what comes before them, in order. The model is causal. */
export async function bitsOfHoles(
  model: TokenModel,
  rows: readonly Row[],
  holes: readonly Hole[],
  vocabulary: GridVocabulary,
): Promise<{ bothSides: number; inOrder: number }> {
  const notes = sum(
    rows.map(({ tokens }, i) => notesIn(tokens.slice(holes[i]!.start, holes[i]!.start + holes[i]!.count), vocabulary)),
  );
  const upTo = (place: (hole: Hole) => number): Pick<Row, 'tokens' | 'metre'>[] =>
    rows.map(({ tokens, metre }, i) => ({
      metre,
      tokens: tokens.map((token, at) => (at < place(holes[i]!) ? token : -1)),
    }));
  const withoutHole = rows.map(({ tokens, metre }, i) => {
    const { start, count } = holes[i]!;
    return { metre, tokens: tokens.map((token, at) => (at >= start && at < start + count ? -1 : token)) };
  });
  const bits = (all: number[], less: number[]): number => (sum(all) - sum(less)) / notes / Math.LN2;
  return {
    bothSides: bits(await natsOf(model, rows, holes), await natsOf(model, withoutHole, holes)),
    inOrder: bits(
      await natsOf(
        model,
        upTo(({ start, count }) => start + count),
      ),
      await natsOf(
        model,
        upTo(({ start }) => start),
      ),
    ),
  };
}

/** The sum of some numbers. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
