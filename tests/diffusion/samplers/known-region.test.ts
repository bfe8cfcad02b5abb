import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cosineSchedule, sampleDdim, sampleDdpm, sampleDpmSolver, sampleHeun } from '../../../src/diffusion/index.js';
import { createRandom } from '../../../src/random/index.js';
import { read, readKept } from '../../support/close.js';
import { exactDenoiser } from '../exact.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
});

const schedule = cosineSchedule({ steps: 20 });
const data = { mean: 0.4, variance: 0.25 };

describe.each([
  ['DDIM', sampleDdim],
  ['DDPM', sampleDdpm],
  ['DPM-Solver++', sampleDpmSolver],
  ['Heun', sampleHeun],
])('%s', (_, sample) => {
  test('gives the known values back exactly, and paints the rest', async () => {
    const x = tf.tensor4d([0.1, 0.2, 0.3, 0.7], [1, 2, 2, 1]);
    const mask = tf.tensor4d([1, 0, 0, 1], [1, 2, 2, 1]);
    const samples = await sample(exactDenoiser(data, schedule), {
      shape: [3, 2, 2, 1],
      random: createRandom(1),
      steps: 5,
      known: { x, mask },
    });
    const values = await read(samples);
    for (let i = 0; i < 3; i++) {
      expect([values[4 * i], values[4 * i + 3]]).toEqual([Math.fround(0.1), Math.fround(0.7)]);
      expect(values[4 * i + 1]).not.toBe(Math.fround(0.2));
    }
  });
});

test('the network sees the known values noised to its timestep', async () => {
  const denoiser = exactDenoiser(data, schedule);
  const reading: Promise<{ t: number; square: number }>[] = [];
  const looking: typeof denoiser = {
    ...denoiser,
    predict: (xt, timesteps, options) => {
      const values = Promise.all([readKept(tf.mean(tf.square(xt))), readKept(timesteps)]);
      reading.push(values.then(([square, t]) => ({ t: t[0]!, square: square[0]! })));
      return denoiser.predict(xt, timesteps, options);
    },
  };
  const known = { x: tf.fill([1, 1], 3), mask: tf.ones([1, 1]) };
  await sampleDdim(looking, { shape: [2000, 1], random: createRandom(2), steps: 5, known });
  const sizes = await Promise.all(reading);
  expect(sizes).toHaveLength(5);
  // E x_t^2 = alphaBar 9 + 1 - alphaBar, at the first timestep already
  for (const { t, square } of sizes)
    expect(square / (9 * schedule.alphaBar[t]! + 1 - schedule.alphaBar[t]!)).toBeCloseTo(1, 1);
});

test('repeats make each step anew from as much noise as it began with', async () => {
  const denoiser = exactDenoiser(data, schedule);
  const told: number[] = [];
  const known = { x: tf.zeros([1, 1]), mask: tf.zeros([1, 1]), repeats: 3 };
  const samples = await sampleDdim(denoiser, {
    shape: [2000, 1],
    random: createRandom(3),
    timesteps: [19, 15, 11, 7, 3],
    known,
    onStep: ({ step }) => void told.push(step),
  });
  const seen = (await Promise.all(denoiser.seen)).map((timesteps) => timesteps[0]);
  expect(seen).toEqual([19, 15, 11, 7, 3].flatMap((t) => [t, t, t]));
  expect(told).toEqual([1, 2, 3, 4, 5]);
  // with nothing known they leave the distribution as it is
  const values = await read(samples);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean - 0.4)).toBeLessThan(0.06);
});
