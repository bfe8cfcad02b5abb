import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  addNoise,
  cosineSchedule,
  createDenoiser,
  flowSchedule,
  linearSchedule,
  predictFlow,
  predictNoise,
  predictVelocity,
  type PredictionTarget,
} from '../../src/diffusion/index.js';
import { denoisingMlp, unet, type ApplyOptions, type Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { predictionTargets } from '../contract/prediction-targets.js';
import { expectClose } from '../support/close.js';
import { bestEstimate, exactDenoiser, scales } from './exact.js';
import { checkGradients, checkNoLeaks } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

const targets = predictionTargets.map(({ target }) => target);
const data = { mean: 0.4, variance: 0.25 };
const network = (apply: (x: Tensor, options?: ApplyOptions) => Tensor): Network => ({
  apply,
  variables: [],
  dispose: () => undefined,
});

test.each(targets)('the estimate from the target $name is the conditional mean of the data for x_t', async (target) => {
  const schedule = linearSchedule({ steps: 100 });
  const steps = [0, 20, 50, 80];
  const xt = [0.5, -1, 2, 0.3];
  const { sample, noise } = exactDenoiser(data, schedule, target).estimate(
    tf.tensor2d(xt, [4, 1]),
    tf.tensor1d(steps, 'int32'),
  );
  const expected = steps.map((t, i) => {
    const { alpha, sigma } = scales(schedule, t);
    const best = bestEstimate(data, xt[i]!, alpha, sigma);
    return { best, noise: (xt[i]! - alpha * best) / sigma };
  });
  await expectClose(
    sample,
    expected.map(({ best }) => best),
    { relative: 2e-5, absolute: 2e-5 },
  );
  await expectClose(
    noise,
    expected.map((pair) => pair.noise),
    { relative: 2e-5, absolute: 2e-5 },
  );
});

test.each(predictionTargets.filter(({ determinesDataAtNoise }) => determinesDataAtNoise).map(({ target }) => target))(
  'at alphaBar 0 the target $name has an estimate, not 0 / 0',
  async (target) => {
    const schedule = flowSchedule({ steps: 10 });
    const { sample, noise } = exactDenoiser(data, schedule, target).estimate(
      tf.tensor2d([[1.5]]),
      tf.tensor1d([9], 'int32'),
    );
    await expectClose(sample, data.mean);
    await expectClose(noise, 1.5);
  },
);

test('the estimates of data and noise add up to x_t', async () => {
  const schedule = cosineSchedule({ steps: 50 });
  const random = createRandom(1);
  const denoiser = createDenoiser(denoisingMlp({ size: 3, width: 8, random }), { schedule, predicts: predictVelocity });
  const [xt, t] = [random.normal([4, 3]), tf.tensor1d([0, 10, 30, 49], 'int32')];
  const { sample, noise } = denoiser.estimate(xt, t);
  await expectClose(addNoise(sample, noise, t, schedule), xt, { relative: 1e-5, absolute: 1e-5 });
});

test('predictNoise is rejected if the schedule ends at alphaBar 0, and so is any target that does not determine the data', () => {
  const schedule = flowSchedule({ steps: 10 });
  const make = (predicts: PredictionTarget) =>
    createDenoiser(
      network((x) => x),
      { schedule, predicts },
    );
  expect(() => make(predictNoise)).toThrow(
    "createDenoiser: `predicts` must separate data from noise at each timestep; got the target 'noise' at alphaBar 0. Use predictVelocity, or a schedule that ends above 0.",
  );
  expect(() => make({ name: 'input', mix: (alpha, sigma) => [alpha, sigma] })).toThrow("got the target 'input'");
  expect(() => make(predictFlow)).not.toThrow();
});

test('the network gets the timesteps and all other options of the caller', () => {
  let got: ApplyOptions | undefined;
  const seeing = network((x, options) => {
    got = options;
    return tf.clone(x);
  });
  const denoiser = createDenoiser(seeing, { schedule: flowSchedule({ steps: 4 }), predicts: predictFlow });
  const timesteps = tf.tensor1d([1, 2], 'int32');
  const condition = tf.tensor1d([3, -1], 'int32');
  denoiser.predict(tf.zeros([2, 3]), timesteps, { condition, training: true });
  expect(got).toEqual({ timesteps, condition, training: true });
});

test('it is differentiable in x_t and in the weights', async () => {
  const random = createRandom(2);
  const denoiser = createDenoiser(denoisingMlp({ size: 2, width: 4, random }), {
    schedule: flowSchedule({ steps: 4 }),
    predicts: predictVelocity,
  });
  const t = tf.tensor1d([0, 3], 'int32');
  const both = (x: Tensor): Tensor => {
    const { sample, noise } = denoiser.estimate(x, t);
    return tf.concat([sample, noise], 1);
  };
  await checkGradients(both, [random.normal([2, 2])]);
  const { grads } = tf.variableGrads(
    () => tf.mean(tf.square(denoiser.estimate(tf.ones([2, 2]), t).sample)),
    [...denoiser.variables],
  );
  expect(Object.keys(grads)).toHaveLength(denoiser.variables.length);
});

test('it owns its network and leaves nothing behind', async () => {
  const before = tf.memory().numTensors;
  const made = createDenoiser(denoisingMlp({ size: 2, width: 4, random: createRandom(3) }), {
    schedule: cosineSchedule({ steps: 10 }),
    predicts: predictNoise,
  });
  const [x, t] = [tf.zeros([2, 2]), tf.zeros([2], 'int32')];
  await checkNoLeaks(() => made.predict(x, t));
  await checkNoLeaks(() => made.estimate(x, t));
  expect(made.variables).toHaveLength(14);
  made.dispose();
  tf.dispose([x, t]);
  expect(tf.memory().numTensors).toBe(before);
});

test('what does not fit is refused by name', async () => {
  const options = { schedule: flowSchedule({ steps: 4 }), predicts: predictFlow };
  expect(() => createDenoiser(undefined as never, options)).toThrow(
    'createDenoiser: `network` must be a network, with apply, variables and dispose; got undefined.',
  );
  expect(() =>
    createDenoiser(
      network((x) => x),
      { ...options, predicts: undefined as never },
    ),
  ).toThrow('createDenoiser: `predicts` must be a record with mix; got undefined.');
  expect(() =>
    createDenoiser(
      network((x) => x),
      { ...options, schedule: { steps: 1, alphaBar: Float64Array.of(1) } },
    ),
  ).toThrow(
    'createDenoiser: `schedule.alphaBar` must hold 1 numbers that fall strictly, from below 1 to 0 or above; got 1 after 1.',
  );
  const wide = createDenoiser(
    network((x) => tf.concat([x, x], 1)),
    options,
  );
  const [x, t] = [tf.zeros([2, 3]), tf.zeros([2], 'int32')];
  expect(() => wide.predict(x, t)).toThrow('predict: `network output` must have shape [2, 3]; got [2, 6].');
  expect(() => wide.predict(tf.zeros([2, 3], 'int32'), t)).toThrow('predict: `xt` must be float32');
  expect(() => wide.estimate(x, tf.zeros([3], 'int32'))).toThrow('estimate: `timesteps` must have shape [2]; got [3].');
  expect(() => wide.estimate(x, tf.zeros([2]))).toThrow('estimate: `timesteps` must be int32; got float32.');
  await checkNoLeaks(() => {
    expect(() => wide.estimate(x, t)).toThrow();
  });
});

test('labels, none as -1 and as no condition, and vectors reach the ready-made networks', async () => {
  const make = (of: Network) => createDenoiser(of, { schedule: flowSchedule({ steps: 4 }), predicts: predictFlow });
  const random = createRandom(4);
  const points = make(denoisingMlp({ size: 2, width: 8, classes: 3, random }));
  const images = make(unet({ channels: 1, widths: [2, 4], groups: 2, classes: 3, random }));
  // what ends a U-Net begins with zeros
  for (const variable of images.variables) variable.assign(random.normal(variable.shape));
  const t = tf.tensor1d([0, 2], 'int32');
  for (const [denoiser, shape] of [
    [points, [2, 2]],
    [images, [2, 4, 4, 1]],
  ] as const) {
    const x = random.normal(shape);
    const by = (condition?: Tensor): Tensor => denoiser.predict(x, t, { condition });
    await expectClose(by(tf.tensor1d([-1, -1], 'int32')), by());
    await expectClose(by(tf.zeros([2, 3])), by());
    await expectClose(
      by(
        tf.tensor2d([
          [0, 0, 1],
          [1, 0, 0],
        ]),
      ),
      by(tf.tensor1d([2, 0], 'int32')),
    );
    const moved = await tf.max(tf.abs(tf.sub(by(tf.tensor1d([2, 0], 'int32')), by()))).data();
    expect(moved[0]).toBeGreaterThan(1e-3);
  }
});
