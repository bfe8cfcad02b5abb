import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { fields, type DataName, type Family } from '../experiment/fields.js';
import { kindOf } from '../experiment/pictures.js';
import { of, open } from './open-experiment.js';
import { runExperiment } from './run-experiment.js';

const sets = (Object.keys(fields.data.choices) as DataName[]).filter((data) => kindOf(data) === 'points');

test.each([
  ...sets.map((data) => ['vae', data] as const),
  ['gan', 'moons'],
  ['diffusion', 'moons'],
  ['tokens', 'words'],
] as const satisfies readonly (readonly [Family, DataName])[])(
  'a run of a %s on %s leaves nothing in memory',
  async (family, data) => {
    const { numTensors, numBytes } = tf.memory();
    const points = [[0, 1] as const, [1, 0] as const];
    const { run, dispose } = await open(
      of(family, { data, steps: 10, batch: 32, points, classes: 'used', guidance: 2 }),
    );
    await run.start();
    await dispose();
    expect([tf.memory().numTensors, tf.memory().numBytes]).toEqual([numTensors, numBytes]);
  },
);

test('neither the start of a run nor its end waits for its first picture', async () => {
  const { numTensors } = tf.memory();
  const experiment = of('diffusion', { calls: 20, steps: 10 });
  const views = ['paths', 'samplers'];
  const left = await open(experiment, undefined, views);
  await left.dispose();
  expect(left.frames).toEqual([]);
  expect(tf.memory().numTensors).toBe(numTensors);

  const begun = await open(experiment, undefined, views);
  await begun.run.start({ steps: 1 });
  expect(begun.frames.filter(({ step }) => step === 0)).toEqual([]);
  await begun.dispose();

  const stopped = await open(experiment, undefined, views);
  void stopped.run.start();
  expect((await stopped.run.stop()).step).toBe(0);
  await stopped.seen(0);
  await stopped.dispose();
  expect(tf.memory().numTensors).toBe(numTensors);
});

test.each(['vae', 'gan', 'diffusion'] as const)(
  'a run of a %s ends with a measure, and brings samples closer to the data',
  async (family) => {
    const distanceAfter = async (steps: number): Promise<number> => {
      const { news } = await runExperiment(of(family, { data: 'ring', batch: 128, steps }));
      const last = news.flatMap((one) => (one.kind === 'measures' ? [one.measures] : [])).at(-1)!;
      expect(last.step).toBe(steps);
      return last.energyDistance;
    };
    expect(await distanceAfter(150)).toBeLessThan((await distanceAfter(1)) / 2);
  },
);
