import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  cosineSchedule,
  ddimSolver,
  invertDdim,
  predictVelocity,
  sampleDdim,
  sampleDiffusion,
  type DiffusionSolver,
} from '../../../src/diffusion/index.js';
import { createRandom } from '../../../src/random/index.js';
import { checkNoLeaks } from '../../support/checks.js';
import { readsAreDone } from '../../support/close.js';
import { exactDenoiser, ruinedDenoiser } from '../exact.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(async () => {
  await readsAreDone();
  tf.engine().endScope();
  tf.disposeVariables();
});

const schedule = cosineSchedule({ steps: 20 });
const begin = () => ({ shape: [3, 2], random: createRandom(1), steps: 3 });

test('samples that become infinite through noised data or a solver are rejected, and the weights are not blamed', async () => {
  const denoiser = exactDenoiser({ mean: 0, variance: 1 }, schedule, predictVelocity, false);
  const blame = 'must make finite samples; got NaN or infinity. Its weights are finite: look at `condition`';
  const from = { x: tf.div(tf.ones([2, 2]), 0), timestep: 9 };
  await checkNoLeaks(() => expect(sampleDdim(denoiser, { from })).rejects.toThrow(`sampleDdim: \`denoiser\` ${blame}`));
  const plain = ddimSolver();
  const growing: DiffusionSolver = {
    step: async (state) => {
      const next = await plain.step(state);
      const much = tf.mul(next, 1e30);
      next.dispose();
      return much;
    },
  };
  await checkNoLeaks(() => expect(sampleDiffusion(denoiser, growing, begin())).rejects.toThrow(blame));
});

test('an inversion to noise that is not finite is rejected', async () => {
  await expect(invertDdim(ruinedDenoiser(schedule), tf.ones([3, 2]), { steps: 3 })).rejects.toThrow(
    'invertDdim: `denoiser` must make finite samples; got NaN or infinity. Its weights are not finite',
  );
});
