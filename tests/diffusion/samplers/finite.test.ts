import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  cosineSchedule,
  createDenoiser,
  ddimSolver,
  invertDdim,
  predictVelocity,
  sampleDdim,
  sampleDdpm,
  sampleDiffusion,
  sampleDpmSolver,
  sampleHeun,
  type DiffusionSolver,
} from '../../../src/diffusion/index.js';
import { denoisingMlp } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { checkNoLeaks } from '../../support/checks.js';
import { readsAreDone } from '../../support/close.js';
import { exactDenoiser } from '../exact.js';

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

/** A denoiser one of whose weights is not a number, as an update by hand may leave it. */
function ruined() {
  const network = denoisingMlp({ size: 2, width: 8, random: createRandom(2) });
  const weights = network.variables.at(-2)!;
  weights.assign(tf.div(weights, 0));
  return createDenoiser(network, { schedule, predicts: predictVelocity });
}

describe.each([
  ['sampleDdim', sampleDdim],
  ['sampleDdpm', sampleDdpm],
  ['sampleDpmSolver', sampleDpmSolver],
  ['sampleHeun', sampleHeun],
])('%s', (name, sample) => {
  test('rejects samples of weights that are not finite, and says so', async () => {
    const denoiser = ruined();
    await checkNoLeaks(() =>
      expect(sample(denoiser, begin())).rejects.toThrow(
        `${name}: \`denoiser\` must make finite samples; got NaN or infinity. Its weights are not finite: load a checkpoint from before.`,
      ),
    );
  });
});

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
  await expect(invertDdim(ruined(), tf.ones([3, 2]), { steps: 3 })).rejects.toThrow(
    'invertDdim: `denoiser` must make finite samples; got NaN or infinity. Its weights are not finite',
  );
});
