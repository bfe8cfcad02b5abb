import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  addNoise,
  cosineSchedule,
  createDenoiser,
  createDiffusionTrainer,
  denoisingTarget,
  minSnrWeighting,
  predictNoise,
  predictVelocity,
  stratifiedTimesteps,
  type Denoiser,
  type DiffusionTrainerOptions,
} from '../../src/diffusion/index.js';
import { predictionTargets } from '../contract/prediction-targets.js';
import { denoisingMlp, type ApplyOptions, type Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { createAdam, readMetrics, valueAndGradients } from '../../src/training/index.js';
import { expectClose, read, readKept } from '../support/close.js';
import { inScope } from '../support/in-scope.js';
import { scales } from './exact.js';

inScope();

const schedule = cosineSchedule({ steps: 20 });
const make = (classes?: number): Denoiser =>
  createDenoiser(denoisingMlp({ size: 2, width: 8, classes, random: createRandom(1) }), {
    schedule,
    predicts: predictVelocity,
  });
const trainerOf = (options: Partial<DiffusionTrainerOptions> = {}) =>
  createDiffusionTrainer({
    denoiser: make(),
    optimizer: createAdam({ learningRate: 0.01 }),
    random: createRandom(2),
    ...options,
  });
const batch = (): Tensor => createRandom(3).normal([8, 2]);

test('a loop of public parts by hand moves the same weights, bit for bit', async () => {
  const trained = make();
  const trainer = trainerOf({ denoiser: trained });
  const byHand = make();
  const adam = createAdam({ learningRate: 0.01 });
  const random = createRandom(2).fork('diffusion trainer');
  const all = Int32Array.from({ length: 20 }, (_, t) => t);
  for (let step = 0; step < 3; step++) {
    const x = tf.add(batch(), step);
    const { loss } = await readMetrics(trainer.step(x));
    const timesteps = tf.tensor1d(stratifiedTimesteps(8, all, random), 'int32');
    const noise = random.normal(x.shape);
    const xt = addNoise(x, noise, timesteps, schedule);
    const target = denoisingTarget(x, noise, timesteps, byHand);
    const { value, gradients } = valueAndGradients(
      () => tf.mean(tf.square(tf.sub(target, byHand.predict(xt, timesteps)))),
      byHand.variables,
    );
    adam.apply(gradients, byHand.variables);
    expect((await value.data())[0]).toBe(loss);
  }
  for (const [i, variable] of trained.variables.entries())
    expect(await byHand.variables[i]!.data()).toEqual(await variable.data());
});

/** A denoiser of one variable that always gives 0 but keeps what it was asked; its loss is the mean of the weighted targets' squares. */
function silent(predicts = predictVelocity, table = schedule) {
  const asked: { xt: number[]; timesteps: number[]; condition: number[] | undefined }[] = [];
  const waiting: Promise<void>[] = [];
  const zero = tf.variable(tf.scalar(0));
  const network: Network = {
    variables: [zero],
    dispose: () => zero.dispose(),
    apply: (x: Tensor, options: ApplyOptions = {}) => {
      const reads = [x, options.timesteps!, options.condition].map(async (tensor) => tensor && readKept(tensor));
      const seen = Promise.all(reads);
      waiting.push(seen.then(([xt, t, c]) => void asked.push({ xt: xt!, timesteps: t!, condition: c })));
      return tf.mul(zero, x);
    },
  };
  const denoiser = createDenoiser(network, { schedule: table, predicts });
  return { denoiser, read: () => Promise.all(waiting).then(() => asked) };
}

describe('the loss', () => {
  test.each(predictionTargets)('with a weighting is that of the estimate, by $name', async ({ target }) => {
    const { denoiser, read: readAsked } = silent(target);
    const x = batch();
    const trainer = trainerOf({ denoiser, weighting: minSnrWeighting() });
    const { loss } = await readMetrics(trainer.evaluate(x));
    const [{ xt, timesteps } = { xt: [], timesteps: [] }] = await readAsked();
    const data = await read(x);
    const terms = xt.map((value, i) => {
      const { alpha, sigma } = scales(schedule, timesteps[Math.floor(i / 2)]!);
      const [c, d] = target.mix(alpha, sigma);
      // the network gives 0, so that x_0 = d x_t / D
      const estimate = (d * value) / (alpha * d - sigma * c);
      return Math.min((alpha / sigma) ** 2, 5) * (data[i]! - estimate) ** 2;
    });
    await expectClose(loss, terms.reduce((a, b) => a + b) / 16, { relative: 1e-3 });
  });

  test('without a weighting counts the target equally at each timestep', async () => {
    const { denoiser, read: readAsked } = silent(predictNoise);
    const x = batch();
    const { loss } = await readMetrics(trainerOf({ denoiser }).evaluate(x));
    const [{ xt, timesteps } = { xt: [], timesteps: [] }] = await readAsked();
    const data = await read(x);
    const noise = xt.map((value, i) => {
      const { alpha, sigma } = scales(schedule, timesteps[Math.floor(i / 2)]!);
      return (value - alpha * data[i]!) / sigma;
    });
    await expectClose(loss, noise.reduce((sum, z) => sum + z * z, 0) / 16, { relative: 1e-3 });
  });
});

describe('timesteps', () => {
  test('lie in equal parts of the table, in a step and in an evaluation', async () => {
    const { denoiser, read: readAsked } = silent();
    const trainer = trainerOf({ denoiser });
    const x = tf.zeros([5, 2]);
    tf.dispose([trainer.step(x), trainer.evaluate(x), trainer.step(x)]);
    for (const { timesteps } of await readAsked()) {
      expect([...timesteps].sort((a, b) => a - b).map((t) => Math.floor(t / 4))).toEqual([0, 1, 2, 3, 4]);
    }
  });

  test('come from the list, as often as they occur in it', async () => {
    const { denoiser, read: readAsked } = silent();
    const trainer = trainerOf({ denoiser, timesteps: Int32Array.of(3, 7, 7, 7) });
    tf.dispose(trainer.step(tf.zeros([8, 2])));
    expect([...(await readAsked())[0]!.timesteps].sort((a, b) => a - b)).toEqual([3, 3, 7, 7, 7, 7, 7, 7]);
  });

  test('and noise are the same at each evaluation, and differ between steps', async () => {
    const { denoiser, read: readAsked } = silent();
    const trainer = trainerOf({ denoiser });
    const x = batch();
    tf.dispose([trainer.evaluate(x), trainer.step(x), trainer.step(x), trainer.evaluate(x)]);
    const [first, one, two, last] = await readAsked();
    expect(last).toEqual(first);
    expect(two!.xt).not.toEqual(one!.xt);
  });
});

describe('conditions', () => {
  const labels = (n: number): Tensor =>
    tf.tensor1d(
      Array.from({ length: n }, (_, i) => i % 3),
      'int32',
    );

  test('are dropped in training with the requested probability, labels to -1 and vectors to 0', async () => {
    const { denoiser, read: readAsked } = silent();
    const trainer = trainerOf({ denoiser, dropCondition: 0.25 });
    const x = tf.zeros([800, 2]);
    tf.dispose([trainer.step({ x, condition: labels(800) }), trainer.evaluate({ x, condition: labels(800) })]);
    tf.dispose(trainer.step({ x, condition: tf.ones([800, 3]) }));
    const [step, evaluation, vectors] = await readAsked();
    const dropped = step!.condition!.filter((label, i) => label !== i % 3);
    expect(dropped.every((label) => label === -1)).toBe(true);
    // 200 expected, with a standard deviation of 12
    expect(Math.abs(dropped.length - 200)).toBeLessThan(50);
    expect(evaluation!.condition).toEqual(await read(labels(800)));
    const rows = Array.from({ length: 800 }, (_, i) => vectors!.condition!.slice(3 * i, 3 * i + 3).join());
    expect(new Set(rows)).toEqual(new Set(['1,1,1', '0,0,0']));
  });

  test('are required if some are to be dropped', () => {
    const trainer = trainerOf({ denoiser: make(3), dropCondition: 0.1 });
    expect(() => trainer.step(batch())).toThrow(
      'step: `batch.condition` must be a tensor; got undefined. Give batches { x, condition }, or leave dropCondition out.',
    );
  });
});

test('an average of the denoiser follows it', async () => {
  const [denoiser, into] = [make(), make()];
  const before = await read(into.variables[0]!);
  const trainer = trainerOf({ denoiser, average: { into, decay: 0.5 } });
  tf.dispose(trainer.step(batch()));
  const after = await read(denoiser.variables[0]!);
  await expectClose(
    into.variables[0]!,
    before.map((value, i) => 0.1 * value + 0.9 * after[i]!),
    { relative: 1e-5, absolute: 1e-6 },
  );
  expect(Object.keys(trainer.state.variables)).toContain('averageDenoiser.0');
});

test('options that are wrong are refused by name', () => {
  const refuse = (options: Partial<DiffusionTrainerOptions>) => expect(() => trainerOf(options));
  refuse({ denoiser: undefined as never }).toThrow('createDiffusionTrainer: `denoiser.predict` must be a function');
  refuse({ weighting: 1 as never }).toThrow('createDiffusionTrainer: `weighting` must be a function');
  refuse({ timesteps: [1, 2] as never }).toThrow(
    'createDiffusionTrainer: `timesteps` must be an Int32Array of at least one timestep',
  );
  refuse({ timesteps: new Int32Array(0) }).toThrow('createDiffusionTrainer: `timesteps`');
  refuse({ timesteps: Int32Array.of(3, 20) }).toThrow(
    'createDiffusionTrainer: `timesteps[1]` must be finite and below 20; got 20.',
  );
  refuse({ timesteps: Int32Array.of(-1) }).toThrow('createDiffusionTrainer: `timesteps[0]`');
  refuse({ dropCondition: 1 }).toThrow(
    'createDiffusionTrainer: `dropCondition` must be finite and at least 0 and below 1; got 1.',
  );
  refuse({ average: { into: {} as never, decay: 0.9 } }).toThrow(
    'createDiffusionTrainer: `average.into.predict` must be a function',
  );
  refuse({ clipNorm: 0 }).toThrow('createDiffusionTrainer: `clipNorm`');
  refuse({ optimizer: {} as never }).toThrow('createDiffusionTrainer: `optimizer');
  refuse({ random: undefined as never }).toThrow('createDiffusionTrainer: `random`');
});
