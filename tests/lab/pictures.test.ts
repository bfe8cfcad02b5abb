import { statSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRandom, type Batch } from '../../src/index.js';
import { loadFile, readPng } from '../../src/node/index.js';
import { defaultsOf, type Experiment } from '../../examples/lab/experiment/experiment.js';
import type { Family } from '../../examples/lab/experiment/fields.js';
import { firstLook } from '../../examples/lab/experiment/look.js';
import type { Pictures } from '../../examples/lab/experiment/pictures.js';
import type { Frame } from '../../examples/lab/training/messages.js';
import { createPictureMeasuring } from '../../examples/lab/training/pictures/measure.js';
import { openPictures } from '../../examples/lab/training/pictures/open-pictures.js';
import { readFiles } from '../../examples/lab/training/pictures/read-files.js';
import { PICTURES } from '../../examples/lab/training/sizes.js';
import { viewsOf } from '../../examples/lab/views/index.js';
import { samples } from '../../examples/lab/views/samples.js';
import { readIdx } from '../../examples/shared/idx.js';
import { loadPictures } from './load-pictures.js';
import { runExperiment } from './run-experiment.js';

const families: readonly Family[] = ['vae', 'gan', 'diffusion'];
const narrow = (family: Family): Experiment => ({ ...defaultsOf(family, 'clothes'), channels: 8, batch: 16, calls: 3 });

describe('the data', () => {
  test('have 200 pictures of each class of clothes, in turn, at 16 levels, in a file of at most 390 kB', async () => {
    const { data, shape } = await loadPictures('clothes');
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
    const { news } = await runExperiment(experiment, names);
    expect(tf.memory().numTensors).toBe(before);
    const ready = news.find(({ kind }) => kind === 'ready') as { pictures: Pictures };
    const { frame } = news.find(({ kind }) => kind === 'frame') as { frame: Frame };
    const counts = Object.fromEntries(Object.entries(frame.pictures).map(([name, { length }]) => [name, length / 784]));
    const { shown, made, compared, stops, making } = PICTURES;
    const ways = (compared / 2) * stops;
    expect(counts).toEqual(
      {
        vae: { samples: shown, reconstruction: compared, interpolation: ways },
        gan: { samples: shown, interpolation: ways },
        // three calls have four stops
        diffusion: { samples: made, noised: compared, estimate: compared, making: making * 4 },
      }[family],
    );
    expect(frame.arrays['scores']?.length).toBe(family === 'gan' ? 2 * compared : undefined);
    for (const view of [samples, ...viewsOf(experiment)]) {
      const seen = { experiment, frame, data: new Float32Array(), pictures: ready.pictures, look: firstLook };
      expect(view.describe(seen)).toMatch(/^[A-Z0-9].*\d.*\.$/);
    }
  });
});

test('the measure puts pictures of the data at its baseline, and noise far from it', async () => {
  const pictures = await loadPictures('clothes');
  const noise = Uint8Array.from({ length: 24 * 784 }, (_, i) => (i * 7_919) % 256);
  const measured = (bytes: Uint8Array) => createPictureMeasuring(pictures, 24, createRandom(1))(0, bytes);
  const { energyDistance, baseline } = await measured(pictures.data.slice(0, 24 * 784));
  expect(energyDistance / baseline).toBeGreaterThan(0.7);
  expect(energyDistance / baseline).toBeLessThan(1.4);
  expect((await measured(noise)).energyDistance / baseline).toBeGreaterThan(5);
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

  test.each([
    ['one is broken', [...files(8), ...files(1, 'bad')], 8, 'This browser cannot read bad-0.png as a picture.'],
    [
      'three are broken',
      [...files(3, 'bad'), ...files(8)],
      8,
      'This browser cannot read bad-0.png and 2 other files as pictures.',
    ],
    ['there are 5,000', files(5_000), 2_000, 'Of 5,000 files the first 2,000 are used.'],
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
