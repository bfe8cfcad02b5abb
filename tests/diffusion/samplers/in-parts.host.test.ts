import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  cosineSchedule,
  createDenoiser,
  ddimSolver,
  predictVelocity,
  sampleDdim,
  sampleDdpm,
  sampleDiffusion,
  sampleDpmSolver,
  withPredict,
  type SampleOptions,
} from '../../../src/diffusion/index.js';
import { denoisingMlp } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { checkNoLeaks } from '../../support/checks.js';
import { expectClose, read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const schedule = cosineSchedule({ steps: 20 });
const labels = [0, 2, 1, 0, 1];

/** A denoiser with classes that records the sizes of its batches, and fails at a call. */
function watched(failsAt = Infinity) {
  const network = denoisingMlp({ size: 2, width: 8, classes: 3, random: createRandom(1) });
  const denoiser = createDenoiser(network, { schedule, predicts: predictVelocity });
  const sizes: number[] = [];
  const predict: typeof denoiser.predict = (xt, ...rest) => {
    if (sizes.push(xt.shape[0]) === failsAt) throw new Error('failed');
    return denoiser.predict(xt, ...rest);
  };
  return { denoiser: withPredict(denoiser, predict), sizes };
}

const begin = (): SampleOptions => ({ shape: [5, 2], random: createRandom(2), steps: 4 });

test.each<[string, typeof sampleDdim, () => SampleOptions]>([
  ['from noise', sampleDpmSolver, begin],
  ['with guidance', sampleDdim, () => ({ ...begin(), guidance: 2, clip: [-1, 1] })],
  ['from noised data', sampleDdim, () => ({ from: { x: createRandom(3).normal([5, 2]), timestep: 12 }, steps: 3 })],
])('samples %s in parts are those of the whole batch', async (_, sample, options) => {
  const condition = tf.tensor1d(labels, 'int32');
  const all = await read(await sample(watched().denoiser, { ...options(), condition }));
  const { denoiser, sizes } = watched();
  const reported: string[] = [];
  const samples = await sample(denoiser, {
    ...options(),
    condition,
    batchSize: 2,
    onStep: ({ step, start, estimate, xt }) =>
      void reported.push([step, start, ...estimate.shape, ...xt.shape].join(' ')),
  });
  expect(samples.shape).toEqual([5, 2]);
  await expectClose(samples, all, { relative: 1e-6, absolute: 1e-6 });
  expect(new Set(sizes)).toEqual(new Set([2, 1]));
  expect(reported.filter((line) => line.startsWith('1 '))).toEqual(['1 0 2 2 2 2', '1 2 2 2 2 2', '1 4 1 2 1 2']);
  expect(reported.indexOf('1 2 2 2 2 2')).toBe(reported.length / 3);
});

test('steps that draw noise are random in each part, and known values stay with their examples', async () => {
  const condition = tf.tensor1d(labels, 'int32');
  const x = tf.tensor2d([0, 1, 2, 3, 4].map((value) => [value, 9]));
  const known = { x, mask: tf.tensor1d([1, 0]), repeats: 2 };
  const options = { ...begin(), condition, known, batchSize: 2 };
  const [first, again] = [
    await read(await sampleDdpm(watched().denoiser, options)),
    await read(await sampleDdpm(watched().denoiser, { ...options, random: createRandom(2) })),
  ];
  expect(again).toEqual(first);
  expect([0, 2, 4, 6, 8].map((i) => first[i])).toEqual([0, 1, 2, 3, 4]);
  expect(new Set(first).size).toBe(10);
});

test('a failure in a later part, or an abort, leaves no tensor', async () => {
  const condition = tf.tensor1d(labels, 'int32');
  const known = { x: tf.zeros([5, 2]), mask: tf.ones([5, 1]) };
  const { denoiser } = watched(7);
  await checkNoLeaks(() =>
    expect(sampleDpmSolver(denoiser, { ...begin(), condition, batchSize: 2 })).rejects.toThrow('failed'),
  );
  const other = watched(40).denoiser;
  await checkNoLeaks(() =>
    expect(sampleDdim(other, { ...begin(), condition, known, batchSize: 2 })).rejects.toThrow('failed'),
  );
  const controller = new AbortController();
  const onStep = ({ start }: { start: number }): void => void (start === 2 && controller.abort('enough'));
  const stopped = { ...begin(), condition, batchSize: 2, onStep, signal: controller.signal };
  const whole = watched().denoiser;
  await checkNoLeaks(() => expect(sampleDdim(whole, stopped)).rejects.toBe('enough'));
  await expect(sampleDdim(other, { ...begin(), condition, batchSize: 0 })).rejects.toThrow(
    'sampleDdim: `batchSize` must be a positive integer; got 0.',
  );
});

test('a solver gets as many earlier estimates as it keeps, the previous one first, and all are disposed', async () => {
  const plain = ddimSolver();
  const { denoiser } = watched();
  const condition = tf.tensor1d(labels, 'int32');
  for (const [keeps, expected] of [
    [undefined, ['', '19', '14', '9']],
    [0, ['', '', '', '']],
    [2, ['', '19', '14 19', '9 14']],
  ] as const) {
    const seen: string[] = [];
    const looking = {
      ...(keeps !== undefined && { keeps }),
      step: (state: Parameters<typeof plain.step>[0]) => {
        expect(state.previous).toBe(state.history[0]);
        expect(state.history.every(({ estimate }) => !estimate.isDisposed)).toBe(true);
        seen.push(state.history.map(({ timestep }) => timestep).join(' '));
        return plain.step(state);
      },
    };
    await checkNoLeaks(() => sampleDiffusion(denoiser, looking, { ...begin(), condition }));
    expect(seen.slice(0, 4)).toEqual(expected);
  }
});
