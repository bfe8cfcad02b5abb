import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { cosineSchedule, createDenoiser, predictVelocity } from '../../src/diffusion/index.js';
import { denoisingMlp } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const network = () => denoisingMlp({ size: 2, width: 8, stepSizes: 3, random: createRandom(1) });
const denoiser = () =>
  createDenoiser(network(), { schedule: cosineSchedule({ steps: 50 }), predicts: predictVelocity });

test.each([3, -2, 1_000_000])(
  'the step size %i is refused in one sentence, or gives NaN for its example',
  async (wrong) => {
    const stepSize = tf.tensor1d([0, wrong, -1], 'int32');
    const timesteps = tf.tensor1d([49, 7, 0], 'int32');
    for (const [, call] of [
      ['estimate', () => denoiser().estimate(tf.ones([3, 2]), timesteps, { stepSize }).sample],
      ['predict', () => denoiser().predict(tf.ones([3, 2]), timesteps, { stepSize })],
    ] as const) {
      let result: tf.Tensor;
      try {
        result = call();
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect((error as Error).message).toBe(`predict: \`options.stepSize\` must be from -1 to 2; got ${wrong}.`);
        continue;
      }
      expect((await read(result)).map(Number.isNaN)).toEqual([false, false, true, true, false, false]);
    }
  },
);
