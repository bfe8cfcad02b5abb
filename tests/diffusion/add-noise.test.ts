import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  addNoise,
  denoisingTarget,
  flowSchedule,
  linearSchedule,
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
} from '../../src/diffusion/index.js';
import { expectClose } from '../support/close.js';
import { golden, goldenTensor } from '../support/golden.js';
import { scales } from './exact.js';
import { checkGradients, checkNoLeaks } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

const { T, x0, noise, timesteps, noisy, velocity } = golden('diffusion');
const schedule = linearSchedule({ steps: T });
const steps = (): tf.Tensor => tf.tensor1d(timesteps, 'int32');

test('noised data and the velocity agree with PyTorch in float64', async () => {
  const inputs = [goldenTensor(x0), goldenTensor(noise), steps()] as const;
  await expectClose(addNoise(...inputs, schedule), noisy.data, { relative: 1e-6, absolute: 1e-6 });
  await expectClose(denoisingTarget(...inputs, { schedule, predicts: predictVelocity }), velocity.data, {
    relative: 1e-6,
    absolute: 1e-6,
  });
});

test('the other targets have their values, and the noise target is the noise bit for bit', async () => {
  const inputs = [goldenTensor(x0), goldenTensor(noise), steps()] as const;
  const given = async (predicts: typeof predictNoise) => denoisingTarget(...inputs, { schedule, predicts }).data();
  expect(await given(predictNoise)).toEqual(await inputs[1].data());
  expect(await given(predictSample)).toEqual(await inputs[0].data());
  await expectClose(
    await given(predictFlow),
    noise.data.map((value, i) => value - x0.data[i]!),
  );
});

test('all pixels of an image get the same noise level, and at alphaBar 0 they are pure noise', async () => {
  const flow = flowSchedule({ steps: 4 });
  const x = tf.ones([2, 2, 3, 1]);
  const z = tf.fill([2, 2, 3, 1], 0.5);
  const { alpha, sigma } = scales(flow, 1);
  const expected = [...new Array<number>(6).fill(0.5), ...new Array<number>(6).fill(alpha + 0.5 * sigma)];
  await expectClose(addNoise(x, z, tf.tensor1d([3, 1], 'int32'), flow), expected);
});

test('both are differentiable in data and noise', async () => {
  const at = tf.tensor1d([0, 2], 'int32');
  const flow = flowSchedule({ steps: 3 });
  const inputs = [tf.tensor2d([[0.3], [-1]]), tf.tensor2d([[2], [0.1]])];
  await checkGradients((x, z) => addNoise(x, z, at, flow), inputs);
  await checkGradients((x, z) => denoisingTarget(x, z, at, { schedule: flow, predicts: predictVelocity }), inputs);
});

test('no tensor is left, not even by an error', async () => {
  const [x, z, t] = [goldenTensor(x0), goldenTensor(noise), steps()];
  await checkNoLeaks(() => addNoise(x, z, t, schedule));
  await checkNoLeaks(() => denoisingTarget(x, z, t, { schedule, predicts: predictFlow }));
  const predicts = {
    name: 'broken',
    mix: () => {
      throw new Error('broken');
    },
  };
  await checkNoLeaks(() => {
    expect(() => denoisingTarget(x, z, t, { schedule, predicts })).toThrow('broken');
  });
});

test('what does not fit is refused by name', () => {
  const [x, z, t] = [goldenTensor(x0), goldenTensor(noise), steps()];
  expect(() => addNoise(tf.cast(x, 'int32'), z, t, schedule)).toThrow('addNoise: `x0` must be float32; got int32.');
  expect(() => addNoise(x, tf.ones([4, 2]), t, schedule)).toThrow(
    'addNoise: `noise` must have shape [4, 3]; got [4, 2].',
  );
  expect(() => addNoise(x, z, tf.ones([4]), schedule)).toThrow('addNoise: `timesteps` must be int32; got float32.');
  expect(() => addNoise(x, z, tf.ones([3], 'int32'), schedule)).toThrow(
    'addNoise: `timesteps` must have shape [4]; got [3].',
  );
  expect(() => addNoise(tf.ones([4]), tf.ones([4]), t, schedule)).toThrow('addNoise: `x0`');
  expect(() => denoisingTarget(x, z, t, { schedule, predicts: undefined as never })).toThrow(
    'denoisingTarget: `predicts.mix` must be a function',
  );
});
