import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { cosineSchedule, sampleDdim, sampleDdpm, withPredict } from '../../../src/diffusion/index.js';
import { createRandom } from '../../../src/random/index.js';
import { read, readKept } from '../../support/close.js';
import { exactDenoiser } from '../exact.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const schedule = cosineSchedule({ steps: 20 });
const data = { mean: 0.4, variance: 0.25 };

test('the network sees the known values noised to its timestep', async () => {
  const denoiser = exactDenoiser(data, schedule);
  const reading: Promise<{ t: number; square: number }>[] = [];
  const looking = withPredict(denoiser, (xt, timesteps, options) => {
    const values = Promise.all([readKept(tf.mean(tf.square(xt))), readKept(timesteps)]);
    reading.push(values.then(([square, t]) => ({ t: t[0]!, square: square[0]! })));
    return denoiser.predict(xt, timesteps, options);
  });
  const known = { x: tf.fill([1, 1], 3), mask: tf.ones([1, 1]), repeats: 1 };
  await sampleDdim(looking, { shape: [2000, 1], random: createRandom(2), steps: 5, known });
  const sizes = await Promise.all(reading);
  expect(sizes).toHaveLength(5);
  // E x_t^2 = alphaBar 9 + 1 - alphaBar, at the first timestep already
  for (const { t, square } of sizes)
    expect(square / (9 * schedule.alphaBar[t]! + 1 - schedule.alphaBar[t]!)).toBeCloseTo(1, 1);
});

test('repeats redo each step but the last from as much noise as it started with', async () => {
  const denoiser = exactDenoiser(data, schedule);
  const reported: number[] = [];
  const known = { x: tf.zeros([1, 1]), mask: tf.zeros([1, 1]), repeats: 3 };
  const samples = await sampleDdim(denoiser, {
    shape: [2000, 1],
    random: createRandom(3),
    timesteps: [19, 15, 11, 7, 3],
    known,
    onStep: ({ step }) => void reported.push(step),
  });
  const seen = (await Promise.all(denoiser.seen)).map((timesteps) => timesteps[0]);
  expect(seen).toEqual([...[19, 15, 11, 7].flatMap((t) => [t, t, t]), 3]);
  expect(reported).toEqual([1, 2, 3, 4, 5]);
  // with nothing known they leave the distribution as it is
  const values = await read(samples);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean - 0.4)).toBeLessThan(0.06);
});

describe('known values that would give meaningless samples are rejected before the network is called', () => {
  const denoiser = exactDenoiser(data, schedule, undefined, false);
  const ones = (values: number[]) => tf.tensor(values, [1, values.length]);
  const refused = (x: tf.Tensor, mask: tf.Tensor) =>
    expect(sampleDdpm(denoiser, { shape: [2, 2], random: createRandom(4), steps: 3, known: { x, mask, repeats: 1 } }))
      .rejects;

  test('a mask of bytes, of signs or with NaN', async () => {
    await refused(ones([0, 1]), ones([0, 255])).toThrow(
      'sampleDdpm: `known.mask` must lie within [0, 1]; got 0 to 255. It is 1 where x is kept and 0 where it is painted; divide bytes by 255.',
    );
    await refused(ones([0, 1]), ones([-1, 1])).toThrow('`known.mask` must lie within [0, 1]; got -1 to 1.');
    await refused(ones([0, 1]), ones([NaN, 1])).toThrow('`known.mask` must lie within [0, 1]; got NaN');
    await refused(ones([0, 1]), ones([1, Infinity])).toThrow('`known.mask` must lie within [0, 1]; got 1 to Infinity.');
  });

  test('data that are not finite, kept or not', async () => {
    for (const bad of [NaN, Infinity])
      await refused(ones([1, bad]), ones([1, 0])).toThrow(
        'sampleDdpm: `known.x` must be finite; got NaN or infinity. Put 0 where the data are not known.',
      );
    expect(denoiser.seen).toHaveLength(0);
  });

  test('but no mask between 0 and 1', async () => {
    const soft = { x: ones([1, 0]), mask: ones([0.5, 1 + 1e-6]) };
    await expect(sampleDdpm(denoiser, { shape: [2, 2], random: createRandom(4), known: soft })).resolves.toBeDefined();
  });
});
