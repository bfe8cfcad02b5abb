import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import {
  consistencyDistillation,
  cosineSchedule,
  createConsistencyTrainer,
  createDenoiser,
  easyConsistency,
  predictFlow,
  predictNoise,
  predictSample,
  sampleConsistency,
  sampleShortcut,
  shortcut,
  withPredict,
  type Denoiser,
  type PredictionTarget,
} from '../../../src/diffusion/index.js';
import { denoisingMlp } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { cosineDecay, createAdam } from '../../../src/training/index.js';
import { expectOracle } from '../../support/close.js';
import { exactDenoiser, type GaussianData } from '../exact.js';
import { flowMap, flowOf } from './flow-map.js';

const schedule = cosineSchedule({ steps: 40 });
const data: GaussianData = { mean: 0.5, variance: 0.3 };

afterEach(() => tf.disposeVariables());

it.each([
  ['noise', predictNoise],
  ['data', predictSample],
])('a denoiser that predicts the %s is not sampled as a consistency model', async (_, predicts) => {
  const denoiser = createDenoiser(denoisingMlp({ size: 2, width: 4, random: createRandom(1) }), { schedule, predicts });
  await expect(sampleConsistency(denoiser, { shape: [1, 2], random: createRandom(1) })).rejects.toThrow(
    /^sampleConsistency: `student.predicts` must be predictVelocity or predictFlow/,
  );
});

describe('a student that does not fit', () => {
  const optimizer = () => createAdam({ learningRate: 0.1 });
  const random = createRandom(1);
  const make = (predicts: PredictionTarget, own: object = {}): Denoiser =>
    createDenoiser(denoisingMlp({ size: 2, width: 4, random, ...own }), { schedule, predicts });

  it.each([
    ['noise', () => ({ student: make(predictNoise) }), /`student.predicts` must be predictVelocity or predictFlow/],
    ['data', () => ({ student: make(predictSample) }), /`student.predicts` must be predictVelocity or predictFlow/],
    [
      'no step sizes',
      () => ({ student: make(predictFlow), target: shortcut() }),
      /`student` must have a network that reads step sizes/,
    ],
    [
      'too few steps',
      () => ({ student: make(predictFlow, { stepSizes: 6 }), target: shortcut() }),
      /at least 64 steps for 6 step sizes; got 40/,
    ],
    [
      'itself as teacher',
      () => {
        const student = make(predictFlow);
        return { student, target: consistencyDistillation({ teacher: student }) };
      },
      /`target` must have a teacher with variables of its own/,
    ],
    [
      'another schedule',
      () => {
        const teacher = exactDenoiser(data, cosineSchedule({ steps: 41 }));
        return { student: make(predictFlow), target: consistencyDistillation({ teacher }) };
      },
      /`target` must have a teacher with the student's schedule/,
    ],
  ])('%s', (_, options, message) => {
    expect(() => createConsistencyTrainer({ ...options(), optimizer: optimizer(), random })).toThrow(message);
  });
});

it('a student with classes needs labels, unless they may be dropped', () => {
  const random = createRandom(1);
  const network = denoisingMlp({ size: 2, width: 4, classes: 3, random });
  const student = createDenoiser(network, { schedule, predicts: predictFlow });
  const trainer = createConsistencyTrainer({ student, optimizer: createAdam({ learningRate: 0.1 }), random });
  expect(() => trainer.step(tf.zeros([2, 2]))).toThrow('step: `batch.condition` must be given, as the denoiser has');
});

describe('training leads to the flow map', () => {
  const table = cosineSchedule({ steps: 200 });
  const gap = (step: number): number => 1 / (8 + step);

  it.each([
    [
      'of an exact teacher',
      () => consistencyDistillation({ teacher: exactDenoiser(data, table, undefined, false), gap }),
    ],
    ['of the data', () => easyConsistency({ gap })],
  ])('%s', async (_, target) => {
    const [mean, deviation] = [tf.variable(tf.scalar(-0.5)), tf.variable(tf.scalar(1.5))];
    const student = flowOf(mean, deviation, table);
    const steps = 400;
    const trainer = createConsistencyTrainer({
      student,
      target: target(),
      optimizer: createAdam({ learningRate: cosineDecay({ from: 0.05, to: 1e-4, steps }), beta2: 0.9 }),
      random: createRandom(4),
    });
    const random = createRandom(5);
    for (let i = 0; i < steps; i++) {
      tf.tidy(() => trainer.step(tf.add(data.mean, tf.mul(Math.sqrt(data.variance), random.normal([256, 1])))));
    }
    const noise = [-2, -0.5, 1, 2];
    const samples = await sampleConsistency(student, { from: { x: tf.tensor2d(noise, [4, 1]), timestep: 199 } });
    const expected = noise.map((x) => flowMap(data, table, x, 199));
    await expectOracle(samples, expected, { relative: 0, absolute: 0.01 });
  });
});

describe('a student of shortcuts', () => {
  const random = createRandom(2);
  const make = (stepSizes?: number): Denoiser =>
    createDenoiser(denoisingMlp({ size: 2, width: 4, random, ...(stepSizes && { stepSizes }) }), { schedule, predicts: predictFlow }); // prettier-ignore

  it('receives the size of its steps, and none where the smallest is halved', async () => {
    const student = make(2);
    const seen: number[][] = [];
    const watched = withPredict(student, (xt, timesteps, options) => {
      seen.push([...timesteps.dataSync(), ...options!.stepSize!.dataSync()]);
      return student.predict(xt, timesteps, options);
    });
    for (const steps of [1, 2, 4]) (await sampleShortcut(watched, { shape: [1, 2], random, steps })).dispose();
    expect(seen).toEqual([[39, 0], [39, 1], [19, 1], [39, -1], [29, -1], [19, -1], [9, -1]]); // prettier-ignore
  });

  it('gives the size of its steps to an estimate of the user, too', async () => {
    const student = make(2);
    const shape = [1, 2];
    const seen: number[] = [];
    const estimate: Denoiser['estimate'] = (xt, timesteps, options) => {
      seen.push(...options!.stepSize!.dataSync());
      return student.estimate(xt, timesteps, options);
    };
    const begin = () => ({ shape, random: createRandom(3), steps: 2 });
    const [own, plain] = [await sampleShortcut({ ...student, estimate }, begin()), await sampleShortcut(student, begin())]; // prettier-ignore
    expect(seen).toEqual([1, 1]);
    expect(own.dataSync()).toEqual(plain.dataSync());
  });

  it('is not sampled as a consistency function, and no other by steps', async () => {
    const shape = [1, 2];
    await expect(sampleConsistency(make(2), { shape, random })).rejects.toThrow('needs sampleShortcut');
    await expect(sampleShortcut(make(), { shape, random })).rejects.toThrow('`student` must read step sizes');
    await expect(sampleShortcut(make(2), { shape, random, steps: 3 })).rejects.toThrow('a power of 2 up to 4; got 3');
    await expect(sampleShortcut(make(2), { shape, random, steps: 8 })).rejects.toThrow('a power of 2 up to 4; got 8');
  });
});
