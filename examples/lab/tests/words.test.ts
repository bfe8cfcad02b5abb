import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import { createRandom } from '../../../src/index.js';
import { loadModel } from '../../../src/model/index.js';
import type { TokenModel } from '../../../src/tokens/index.js';
import { withData, withFamily, type Experiment } from '../experiment/experiment.js';
import { firstLook } from '../experiment/look.js';
import { readExperiment } from '../experiment/read-experiment.js';
import type { Frame, News } from '../training/messages.js';
import { PLACES, WORDS } from '../training/sizes.js';
import { createWordReader } from '../views/words.js';
import { of, open } from './open-experiment.js';
import { runExperiment } from './run-experiment.js';

const list = readFileSync('examples/lab/data/words.txt', 'utf8').trim().split('\n');
const reader = createWordReader(list);
const directions = ['right', 'blanks'] as const;
const narrow = (direction: Experiment['direction'], changes: Partial<Experiment> = {}): Experiment =>
  of('tokens', { direction, width: 16, batch: 32, steps: 10, ...changes });
const wordsOf = (frame: Frame, name: string): string[] => reader.read(frame.pictures[name]!, PLACES);

test('the list has 3,096 different words of three to eight letters, in at most 22 kB', () => {
  expect(new Set(list).size).toBe(3_096);
  expect(list.every((word) => /^[a-z]{3,8}$/.test(word))).toBe(true);
  expect(list.join('\n').length).toBeLessThan(22_000);
});

describe.each(directions)('a model of words, %s', (direction) => {
  test('soon knows more than how frequent letters are', async () => {
    const { history, news } = await runExperiment(narrow(direction, { width: 32, steps: 200, rate: 0.01 }));
    const { words } = news.find((one) => one.kind === 'ready') as Extract<News, { kind: 'ready' }>;
    expect(words!.list).toEqual(list);
    expect(history[0]!.metrics['bits']!).toBeGreaterThan(words!.entropy);
    expect(history.at(-1)!.metrics['bits']!).toBeLessThan(words!.entropy - 0.2);
  });

  test('keeps what was typed, and writes no more letters than that if it fills in blanks', async () => {
    const { frames, order, run, seen, dispose } = await open(narrow(direction), undefined, ['completions']);
    await run.start();
    await seen(10);
    const typed = async (text: string): Promise<string[]> => {
      const before = frames.length;
      order({ kind: 'watch', watched: { views: ['completions'], look: { ...firstLook, typed: text } } });
      await vi.waitUntil(() => frames.length > before, { timeout: 20_000, interval: 5 });
      return wordsOf(frames.at(-1)!, 'completions');
    };
    for (const text of ['str', '_a_e', '', '_', 'surround', 'q_______']) {
      const words = await typed(text);
      expect(words).toHaveLength(WORDS.completed);
      const inner = text.replace(/_*$/, '').replaceAll('_', '[a-z]');
      const blanks = /_*$/.exec(text)![0].length;
      const whole = new RegExp(text === '' ? '^[a-z]*$' : `^${inner}[a-z]{0,${blanks}}$`);
      const beginning = new RegExp(`^${text.split('_')[0]!}`);
      for (const word of words) expect(word).toMatch(direction === 'blanks' ? whole : beginning);
    }
    await dispose();
  });

  test('is seen while it writes: a letter that is there stays', async () => {
    const { news } = await runExperiment(narrow(direction), ['making']);
    const frame = news.flatMap((one) => (one.kind === 'frame' ? [one.frame] : [])).at(-1)!;
    expect(frame.pictures['samples']).toHaveLength(WORDS.shown * PLACES);
    const making = frame.pictures['making']!;
    const size = WORDS.making * PLACES;
    expect(making.length % size).toBe(0);
    for (let row = 1; row < making.length / size; row++)
      making.subarray((row - 1) * size, row * size).forEach((token, i) => {
        if (token !== 255) expect(making[row * size + i]).toBe(token);
      });
  });

  test('is loaded by loadModel, and draws the words of the lab', async () => {
    const { run, seen, model, dispose } = await open(narrow(direction));
    await run.start();
    const frame = await seen(10);
    const loaded = (await loadModel(await model())) as { readonly model?: TokenModel };
    await dispose();
    const samples = await loaded.model!.sample(WORDS.shown, { random: createRandom(1).fork('views').fork('samples') });
    expect(Uint8Array.from(await samples.data())).toEqual(frame.pictures['samples']);
    tf.dispose(samples);
    loaded.model!.dispose();
  });
});

test('words are of the list, new and plausible, or odd', () => {
  const { kindOf, read } = createWordReader(['table', 'stable', 'cable']);
  expect(['table', 'stable', 'stablestable', 'tcable', '', 'abl'].map(kindOf)).toEqual([
    'listed',
    'listed',
    'odd',
    'odd',
    'odd',
    'odd',
  ]);
  expect(createWordReader(['banana', 'nab']).kindOf('bananana')).toBe('plausible');
  // a, b, c, e, l, s, t, and 7 is the end
  expect(read(Uint8Array.of(6, 0, 1, 7, 255, 255, 255, 0, 255, 7), 5)).toEqual(['tab', '__a_']);
});

test('words and tokens go together, and other families keep other data', () => {
  expect(withFamily(of('gan', { data: 'ring', seed: 5 }), 'tokens')).toMatchObject({ data: 'words', seed: 5 });
  expect(withFamily(of('tokens'), 'vae')).toMatchObject({ data: 'moons', family: 'vae' });
  expect(withData(of('vae'), 'words')).toMatchObject({ family: 'tokens', data: 'words', batch: 128 });
  expect(withData(of('tokens'), 'clothes')).toMatchObject({ family: 'diffusion', data: 'clothes' });
  expect(() => readExperiment({ family: 'tokens', data: 'ring' })).toThrow('its family tokens cannot learn ring');
  expect(readExperiment({ family: 'tokens' })).toMatchObject({ data: 'words' });
});
