import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  cosineSchedule,
  createDenoiser,
  createRandom,
  denoisingMlp,
  predictVelocity,
  sampleDiffusion,
  type DiffusionSolver,
} from '../../../src/index.js';

test.each<[string, DiffusionSolver]>([
  ['estimate', { step: ({ estimate }) => estimate }],
  ['state', { step: ({ xt }) => xt }],
])('a solver that returns its %s gives samples that live', async (_, solver) => {
  const random = createRandom(1);
  const network = denoisingMlp({ size: 2, width: 4, random });
  const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 4 }), predicts: predictVelocity });
  const before = tf.memory().numTensors;
  const samples = await sampleDiffusion(denoiser, solver, { shape: [3, 2], random });
  expect((await samples.data()).every(Number.isFinite)).toBe(true);
  samples.dispose();
  expect(tf.memory().numTensors).toBe(before);
  denoiser.dispose();
});
