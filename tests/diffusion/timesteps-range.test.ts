import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  addNoise,
  cosineSchedule,
  createDenoiser,
  createDiffusionTrainer,
  denoisingTarget,
  predictVelocity,
  sampleDdim,
  withPredict,
  type Denoiser,
} from '../../src/diffusion/index.js';
import { denoisingMlp } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { createAdam } from '../../src/training/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { read } from '../support/close.js';
import { dispatchedKernels } from '../support/count-kernels.js';
import { inScope } from '../support/in-scope.js';

inScope();

const schedule = cosineSchedule({ steps: 50 });
const denoiserOf = (): Denoiser =>
  createDenoiser(denoisingMlp({ size: 2, width: 8, random: createRandom(1) }), { schedule, predicts: predictVelocity });
const pair = (): [tf.Tensor, tf.Tensor] => [createRandom(2).normal([3, 2]), createRandom(3).normal([3, 2])];

const functions: readonly (readonly [string, (timesteps: tf.Tensor) => tf.Tensor])[] = [
  ['addNoise', (timesteps) => addNoise(...pair(), timesteps, schedule)],
  ['denoisingTarget', (timesteps) => denoisingTarget(...pair(), timesteps, { schedule, predicts: predictVelocity })],
  ['predict', (timesteps) => denoiserOf().predict(pair()[0], timesteps)],
  ['estimate', (timesteps) => denoiserOf().estimate(pair()[0], timesteps).sample],
];

describe.each(functions)('%s', (name, call) => {
  test.each([50, -1, 1_000_000])(
    'refuses the timestep %i in one sentence, or gives NaN for its example',
    async (wrong) => {
      let result: tf.Tensor;
      try {
        result = call(tf.tensor1d([49, wrong, 0], 'int32'));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect((error as Error).message).toBe(
          `${name}: \`timesteps\` must be from 0 to 49; got ${wrong}. They are indices of the schedule.`,
        );
        return;
      }
      expect((await read(result)).map(Number.isNaN)).toEqual([false, false, true, true, false, false]);
    },
  );

  test('has the same bits when timesteps are checked for the first and for the second time', async () => {
    const timesteps = tf.tensor1d([49, 7, 0], 'int32');
    const [first, second] = [call(timesteps), call(timesteps)];
    expect(await second.data()).toEqual(await first.data());
  });
});

test('no tensor is left if a timestep is rejected', async () => {
  const denoiser = denoiserOf();
  const [xt, timesteps] = [pair()[0], tf.tensor1d([0, 50, 1], 'int32')];
  await checkNoLeaks(() => {
    try {
      tf.dispose({ ...denoiser.estimate(xt, timesteps) });
    } catch {
      return;
    }
    tf.dispose(denoiser.predict(xt, timesteps));
  });
});

test('neither the trainer nor the samplers check timesteps that they made themselves', async () => {
  const denoiser = denoiserOf();
  const trainer = createDiffusionTrainer({
    denoiser,
    optimizer: createAdam({ learningRate: 0.1 }),
    random: createRandom(4),
  });
  const looks = (kernels: readonly string[]) => kernels.filter((kernel) => ['GatherV2', 'Asin'].includes(kernel));
  expect(looks(dispatchedKernels(() => tf.dispose(trainer.evaluate(pair()[0]))))).toEqual([]);
  const seen: string[][] = [];
  const watched = withPredict(denoiser, (...parameters) => {
    let output: tf.Tensor | undefined;
    seen.push(looks(dispatchedKernels(() => (output = denoiser.predict(...parameters)))));
    return output!;
  });
  await sampleDdim(watched, { shape: [2, 2], steps: 2, random: createRandom(5) });
  expect(seen).toEqual([[], []]);
});
