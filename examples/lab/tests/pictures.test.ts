import { statSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRandom, type Batch } from '../../../src/index.js';
import { loadFile, readPng } from '../../../src/node/index.js';
import { defaultsOf, type Experiment } from '../experiment/experiment.js';
import type { PictureFamily } from '../experiment/fields.js';
import { firstLook } from '../experiment/look.js';
import type { Pictures } from '../experiment/pictures.js';
import type { Frame } from '../training/messages.js';
import { createPictureMeasuring } from '../training/pictures/measure.js';
import { openPictures } from '../training/pictures/open-pictures.js';
import { readFiles } from '../training/pictures/read-files.js';
import { PICTURES } from '../training/sizes.js';
import { viewsOf } from '../views/index.js';
import { samples } from '../views/samples.js';
import { readIdx } from '../../shared/idx.js';
import { loadPictures } from './load-pictures.js';
import { runExperiment } from './run-experiment.js';

const families: readonly PictureFamily[] = ['vae', 'gan', 'diffusion'];
const narrow = (family: PictureFamily): Experiment => ({
  ...defaultsOf(family, 'clothes'),
  channels: 8,
  batch: 16,
  calls: 3,
});

describe('the data', () => {
  test('have 200 pictures of each class of clothes, in turn, at 16 levels, in a file of at most 390 kB', async () => {
    const { data, shape, labels: set = new Uint8Array() } = await loadPictures('clothes');
    expect(shape).toEqual([2_000, 28, 28, 1]);
    const read = async (name: string, axes: number) => {
      const path = `examples/data/fashion-mnist/train-${name}-ubyte.gz`;
      return readIdx(path, await loadFile(path), axes).data;
    };
    const [images, labels] = [await read('images-idx3', 3), await read('labels-idx1', 1)];
    const turns = new Array<number>(10).fill(0);
    const expected = new Uint8Array(data.length);
    labels.forEach((label, i) => {
      const turn = turns[label]!++;
      if (turn >= 200) return;
      const levels = images.subarray(784 * i, 784 * (i + 1)).map((byte) => 17 * Math.round(byte / 17));
      expected.set(levels, 784 * (10 * turn + label));
    });
    expect(Buffer.compare(expected, data)).toBe(0);
    expect([...set.slice(8, 12)]).toEqual([8, 9, 0, 1]);
    expect(statSync('examples/lab/data/clothes.png').size).toBeLessThanOrEqual(390_000);
  });

  test('have the drawings of one category of emoji, each inside the border of its cell', async () => {
    const { data, shape } = await loadPictures('emoji');
    expect(shape).toEqual([169, 32, 32, 3]);
    // the grinning face is in column 32, row 20 of the sheet of drawings.json
    const sheet = await readPng('examples/data/emoji/sheet.png', { channels: 3 });
    const cells = JSON.parse(Buffer.from(await loadFile('examples/data/emoji/drawings.json')).toString()) as {
      drawings: [string, number, number, [number, number][]][];
    };
    const [column, row] = cells.drawings.find(([name]) => name === 'grinning face')![3][0]!;
    const middle = 3 * ((34 * row + 1 + 16) * sheet.shape[2] + 34 * column + 1 + 16);
    const first = 3 * (16 * 32 + 16);
    expect([...data.subarray(first, first + 3)]).toEqual([...sheet.data.subarray(middle, middle + 3)]);
  });

  test('have all emoji with their kinds, which take turns', async () => {
    const [smileys, kinds] = [await loadPictures('emoji'), await loadPictures('kinds')];
    const { data, shape, labels } = kinds;
    expect(shape).toEqual([1_906, 32, 32, 3]);
    expect([...labels!.subarray(0, 10)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0]);
    // 169 smileys, of which the first is the seventh picture; 386 people are the most
    expect(labels!.filter((label) => label === 6)).toHaveLength(169);
    expect(Buffer.compare(data.subarray(6 * 3_072, 7 * 3_072), smileys.data.subarray(0, 3_072))).toBe(0);
    expect(labels!.at(-1)).toBe(5);
    expect(smileys.labels).toBeUndefined();
  });
});

describe.each(families)('a %s of pictures', (family) => {
  test('has a loss on a fixed batch that falls', async () => {
    const experiment = narrow(family);
    const pictures = await loadPictures('clothes');
    const { learner, source, dispose } = openPictures(
      { experiment, live: () => experiment, random: createRandom(3) },
      pictures,
    );
    const batches = source[Symbol.asyncIterator]();
    const fixed = (await batches.next()).value as Batch;
    const loss = async (): Promise<number> => {
      const metrics = learner.trainer.evaluate(fixed);
      const value = (await metrics[family === 'gan' ? 'discriminatorLoss' : 'loss']!.data())[0]!;
      tf.dispose(metrics);
      return value;
    };
    const before = await loss();
    for (let update = 0; update < 20; update++) {
      const batch = (await batches.next()).value as Batch;
      tf.dispose([learner.trainer.step(batch), batch]);
    }
    expect(await loss()).toBeLessThan(0.9 * before);
    tf.dispose(fixed);
    await batches.return?.();
    dispose();
  });

  test('fills each of its views', async () => {
    const experiment = { ...narrow(family), steps: 2 };
    const names = viewsOf(experiment).flatMap(({ arrays }) => arrays);
    const before = tf.memory().numTensors;
    const { news, history } = await runExperiment(experiment, names);
    expect(tf.memory().numTensors).toBe(before);
    await runExperiment({ ...experiment, classes: 'none' }, names);
    expect(tf.memory().numTensors).toBe(before);
    const ready = news.find(({ kind }) => kind === 'ready') as { pictures: Pictures };
    const { frame } = news.find(({ kind }) => kind === 'frame') as { frame: Frame };
    const counts = Object.fromEntries(Object.entries(frame.pictures).map(([name, { length }]) => [name, length / 784]));
    const { compared, encoded, stops, making } = PICTURES;
    const ways = (compared / 2) * stops;
    expect(counts).toEqual(
      {
        vae: { samples: 20, reconstruction: compared, interpolation: ways, decoded: 1 },
        gan: { samples: 20, interpolation: ways },
        // three calls have four stops
        diffusion: { samples: 20, noised: compared, estimate: compared, making: making * 4 },
      }[family],
    );
    expect([...(frame.arrays['levels'] ?? [])].map((level) => level.toFixed(1))).toEqual(
      family === 'diffusion' ? [expect.stringMatching(/^1\.0$/), expect.any(String), expect.any(String), '0.0'] : [],
    );
    expect(frame.arrays['scores']?.length).toBe(family === 'gan' ? 2 * compared : undefined);
    expect(frame.arrays['posterior']?.length).toBe(family === 'vae' ? 4 * encoded : undefined);
    const { metrics } = history[0]!;
    for (const view of [samples, ...viewsOf(experiment)]) {
      const seen = { experiment, frame, data: new Float32Array(), pictures: ready.pictures, look: firstLook, metrics };
      expect(view.describe(seen)).toMatch(/^[A-Z0-9].*\d.*\.$/);
    }
  });
});

test('the measure puts pictures of the data at its baseline, and noise far from it', async () => {
  const pictures = await loadPictures('clothes');
  const noise = Uint8Array.from({ length: 24 * 784 }, (_, i) => (i * 7_919) % 256);
  const measured = (bytes: Uint8Array) =>
    createPictureMeasuring(pictures, { shown: 24, classes: undefined, random: createRandom(1) })(0, bytes);
  const { energyDistance, baseline } = await measured(pictures.data.slice(0, 24 * 784));
  expect(energyDistance / baseline).toBeGreaterThan(0.7);
  expect(energyDistance / baseline).toBeLessThan(1.4);
  expect((await measured(noise)).energyDistance / baseline).toBeGreaterThan(5);

  // others of the data whose rows and columns are shifted by a pixel or two, which pixels hardly notice
  const shift = (i: number): number => ((i * 7_919) % 5) - 2;
  const ragged = Uint8Array.from({ length: 24 * 784 }, (_, i) => {
    const [x, y] = [i % 28, Math.floor(i / 28) % 28];
    const at = (side: number): number => Math.max(0, Math.min(27, side));
    return pictures.data[i - 28 * y - x + 28 * at(y + shift(x + 31)) + at(x + shift(y + 7))]!;
  });
  expect((await measured(ragged)).energyDistance / baseline).toBeGreaterThan(3);
});

describe.each(families)('a %s with classes', (family) => {
  test('has samples of each class in turn, or of the one that is shown alone', async () => {
    const pictures = await loadPictures('clothes');
    const samplesOf = async (shown: number): Promise<Float32Array> => {
      const experiment = { ...narrow(family), shown };
      const lesson = { experiment, live: () => experiment, random: createRandom(3) };
      const { learner, source, dispose } = openPictures(lesson, pictures);
      const { value } = await source[Symbol.asyncIterator]().next();
      // a denoiser's last layer starts at zero
      for (let update = 0; update < 6; update++) tf.dispose(learner.trainer.step(value as Batch));
      tf.dispose(value as Batch);
      const samples = await learner.samples(20, experiment);
      const numbers = Float32Array.from(await samples.data());
      tf.dispose(samples);
      dispose();
      return numbers;
    };
    const [turns, fourth] = [await samplesOf(0), await samplesOf(4)];
    const at = (numbers: Float32Array, i: number) => [...numbers.subarray(784 * i, 784 * (i + 1))];
    // the same noise and the same class
    for (const i of [3, 13]) expect(at(fourth, i)).toEqual(at(turns, i));
    for (const i of [0, 4]) expect(at(fourth, i)).not.toEqual(at(turns, i));
  });
});

describe('the user’s own pictures', () => {
  const files = (count: number, name = 'ok'): File[] =>
    Array.from({ length: count }, (_, i) => new File([], `${name}-${i}.png`));
  const read = (file: File): Promise<Uint8Array> =>
    file.name.startsWith('ok')
      ? Promise.resolve(new Uint8Array(3_072).fill(Number(/\d+/.exec(file.name))))
      : Promise.reject(new Error('broken'));

  test('are read in order', async () => {
    const { pictures, complaint } = await readFiles(files(9), read);
    expect(pictures!.shape).toEqual([9, 32, 32, 3]);
    expect([pictures!.data[0], pictures!.data.at(-1), complaint]).toEqual([0, 8, '']);
  });

  test('have a class for each folder, which take turns', async () => {
    const folders = ['b', 'b', 'b', 'b', 'b', 'b', 'a', 'a', 'c'];
    const { pictures, complaint } = await readFiles([...files(8), ...files(1, 'bad')], read, folders);
    expect(pictures).toMatchObject({ shape: [8, 32, 32, 3], classes: ['a', 'b'] });
    expect([...pictures!.labels!]).toEqual([0, 1, 0, 1, 1, 1, 1, 1]);
    expect([...pictures!.data.filter((_, i) => i % 3_072 === 0)]).toEqual([6, 0, 7, 1, 2, 3, 4, 5]);
    expect(complaint).toBe('This browser cannot read bad-0.png as a picture.');
    const one = await readFiles(files(9), read, Array<string>(9).fill('only'));
    expect([one.pictures!.classes, one.pictures!.labels]).toEqual([undefined, undefined]);
  });

  test('have at most 25 classes', async () => {
    const folders = Array.from({ length: 40 }, (_, i) => `folder ${String(i).padStart(2, '0')}`);
    const { pictures, complaint } = await readFiles(files(40), read, folders);
    expect([pictures!.shape[0], pictures!.classes!.at(-1)]).toEqual([25, 'folder 24']);
    expect(complaint).toBe('Only the first 25 of 40 folders are used.');
  });

  test.each([
    ['one is broken', [...files(8), ...files(1, 'bad')], 8, 'This browser cannot read bad-0.png as a picture.'],
    [
      'three are broken',
      [...files(3, 'bad'), ...files(8)],
      8,
      'This browser cannot read bad-0.png and 2 other files as pictures.',
    ],
    ['there are 5,000', files(5_000), 2_000, 'Only the first 2,000 of 5,000 files are used.'],
    ['there is one', files(1), undefined, 'At least 8 pictures are needed, and there is only 1: choose more.'],
    [
      'all are broken',
      files(1, 'bad'),
      undefined,
      'This browser cannot read bad-0.png as a picture. At least 8 pictures are needed, and there is none: choose more.',
    ],
  ])('get a sentence if %s', async (_, given, kept, sentence) => {
    const { pictures, complaint } = await readFiles(given, read);
    expect([pictures?.shape[0], complaint]).toEqual([kept, sentence]);
  });
});
