import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRandom } from 'tfjs-generative';
import type { Tune } from 'tfjs-generative/music';
import { fillHole } from '../../examples/music/fill-hole.js';
import { CELL, decodeGrid, encodeGrid, gridVocabulary, notesIn } from '../../examples/music/grid.js';
import { gridTransformer } from '../../examples/music/grid-transformer.js';
import { rotate, rotateBack } from '../../examples/music/holes.js';
import { createGridModel, LENGTH } from '../../examples/music/model.js';
import { runExample } from './run-example.js';

/** A jig and a tune with triplets, a rest, and a last cell that is not full. */
const tunes: Tune[] = [
  { title: 'a', metre: '6/8', sharps: 0, notes: [60, 62, 64, 65, 67, 69].map((pitch) => ({ pitch, length: 12 })) },
  {
    title: 'b',
    metre: '4/4',
    sharps: 0,
    notes: [
      { pitch: null, length: 24 },
      { pitch: 72, length: 8 },
      { pitch: 72, length: 8 },
      { pitch: 74, length: 8 },
      { pitch: 76, length: 30 },
    ],
  },
];
const vocabulary = gridVocabulary(tunes);

test('tunes come back from the grid, and a rest completes the last eighth', () => {
  const [a, b] = tunes.map((tune) => encodeGrid(tune, vocabulary, 12)!);
  expect(decodeGrid(a!, vocabulary)).toEqual(tunes[0]!.notes);
  expect(decodeGrid(b!, vocabulary)).toEqual([...tunes[1]!.notes, { pitch: null, length: 3 * CELL - 30 }]);
  expect([notesIn(a!, vocabulary), notesIn(b!, vocabulary)]).toEqual([7, 7]);
  expect(encodeGrid({ ...tunes[0]!, notes: [{ pitch: 99, length: 12 }] }, vocabulary, 12)).toBeUndefined();
});

test('cells in the order of a hole come back', () => {
  const row = Int32Array.of(0, 1, 2, 3, 4, 5);
  expect([...rotate(row, { start: 1, count: 2 })]).toEqual([0, 3, 4, 5, 1, 2]);
  expect([...rotateBack(rotate(row, { start: 1, count: 2 }), { start: 1, count: 2 })]).toEqual([...row]);
});

test.each([false, true])(
  'a network gives the same logits in one pass, cell by cell, and in blocks; neighbours: %s',
  async (neighbours) => {
    const random = createRandom(1);
    const make = (causal: boolean) => {
      const size = { vocabulary, length: 12, width: 8, layers: 2, heads: 2, dropout: 0 };
      const network = gridTransformer({ ...size, causal, neighbours, random: createRandom(3) });
      for (const variable of network.variables.slice(-2)) variable.assign(random.normal(variable.shape));
      return network;
    };
    const differ = async (a: tf.Tensor, b: tf.Tensor): Promise<number> =>
      (await tf.max(tf.abs(tf.sub(a, b))).data())[0]!;
    const x = tf.tensor2d(
      Array.from({ length: 24 }, (_, i) => (i * 5) % 7),
      [2, 12],
      'int32',
    );
    const condition = tf.tensor2d([[0, 12, 0], [1, 2, 6]]); // prettier-ignore
    const causal = make(true);
    let past: readonly tf.Tensor[] = [];
    const logits: tf.Tensor[] = [];
    for (const [from, count] of [
      [0, 5],
      [5, 1],
      [6, 6],
    ] as const) {
      // prettier-ignore
      const made = causal.applyNext!(tf.slice(x, [0, from], [-1, count]), past, { condition });
      logits.push(made.logits);
      past = made.past;
    }
    expect(await differ(tf.concat(logits, 1), causal.apply(x, { condition }))).toBeLessThan(1e-4);

    const network = make(false);
    const noised = tf.where(tf.less(random.uniform([2, 12]), 0.5), tf.fill([2, 12], vocabulary.tokens, 'int32'), x);
    for (const block of [1, 4, 12]) {
      const whole = network.applyBlocks!(noised, x, block, { condition });
      const parts: tf.Tensor[] = [];
      let before: readonly tf.Tensor[] = [];
      for (let start = 0; start < 12; start += block) {
        const part = (y: tf.Tensor): tf.Tensor => tf.slice(y, [0, start], [-1, block]);
        parts.push(network.applyBlock!(part(noised), before, { condition }).logits);
        before = network.applyBlock!(part(x), before, { condition }).past;
      }
      expect(await differ(tf.concat(parts, 1), whole)).toBeLessThan(1e-4);
      if (block === 12) expect(await differ(network.apply(noised, { condition }), whole)).toBeLessThan(1e-4);
    }
  },
);

test('a hole is filled, and all other cells stay', async () => {
  const model = createGridModel({ vocabulary, width: 8, layers: 1, random: createRandom(1) });
  const tokens = encodeGrid(tunes[0]!, vocabulary, LENGTH)!;
  const filled = await fillHole(model, { tokens, metre: 1 }, { start: 2, count: 3 }, { random: createRandom(2) });
  expect([...filled].filter((_, i) => i < 2 || i >= 5)).toEqual([...tokens].filter((_, i) => i < 2 || i >= 5));
  expect(filled.slice(2, 5).every((token) => token >= 0 && token < vocabulary.end)).toBe(true);
});

test('the program trains a model with holes, and measures the bits of holes after both sides and in order', () => {
  const folder = mkdtempSync(join(tmpdir(), 'music-'));
  try {
    const words = '--model holes --steps 2 --width 8 --layers 1 --json report.json'.split(' ');
    const { status, stderr } = runExample('music', folder, words);
    expect(status, stderr).toBe(0);
    const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as {
      held: { bits: number };
      filled: Record<'bothSides' | 'inOrder', number>;
      fills: { data: { fullBars: number } };
    };
    const { held, filled, fills } = report;
    // almost untrained: about the logarithm of the number of tokens for each cell
    expect([held.bits > 5, filled.bothSides > 5, filled.inOrder > 5, fills.data.fullBars > 0.9]).toEqual([true, true, true, true]); // prettier-ignore
  } finally {
    rmSync(folder, { recursive: true });
  }
});
