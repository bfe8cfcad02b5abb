import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  cosineSchedule,
  ddimSolver,
  flowSchedule,
  invertDdim,
  predictNoise,
  predictVelocity,
  sampleDdim,
  sampleDdpm,
  sampleDiffusion,
  sampleHeun,
  withPredict,
  type DiffusionSolver,
  type SampleOptions,
  type SampleProgress,
} from '../../../src/diffusion/index.js';
import { createRandom } from '../../../src/random/index.js';
import { nextTask } from '../../../src/training/next-task.js';
import { exactDenoiser } from '../exact.js';
import { readKept, readsAreDone } from '../../support/close.js';
import { checkNoLeaks } from '../../support/checks.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(async () => {
  await readsAreDone();
  tf.engine().endScope();
});

const data = { mean: 0.4, variance: 0.25 };
const cosine = cosineSchedule({ steps: 20 });
const unwatched = (schedule = cosine) => exactDenoiser(data, schedule, predictVelocity, false);
const begin = (): SampleOptions => ({ shape: [2, 1], random: createRandom(1), steps: 6 });

test('it pauses by time, so that an abort from outside is heard within one call', async () => {
  const controller = new AbortController();
  let clock = 0;
  const denoiser = exactDenoiser(data, cosine);
  const timed = withPredict(denoiser, (...parameters) => {
    clock += 10;
    if (denoiser.seen.length === 3) void nextTask().then(() => controller.abort('now'));
    return denoiser.predict(...parameters);
  });
  const options = { shape: [1, 1], random: createRandom(1), signal: controller.signal };
  // a turn of the event loop is measured by one clock
  await nextTask();
  const clockSpy = vi.spyOn(performance, 'now').mockImplementation(() => clock);
  onTestFinished(() => clockSpy.mockRestore());
  await expect(sampleDdim(timed, { ...options, yieldAfter: 10 })).rejects.toBe('now');
  expect(denoiser.seen.length).toBeLessThan(6);
  const whole = exactDenoiser(data, cosine);
  tf.dispose(await sampleDdim(whole, { shape: [1, 1], random: createRandom(1), yieldAfter: 1e9 }));
  expect(whole.seen).toHaveLength(20);
});

test('the same seed gives the same samples; DDIM draws its first noise and nothing more', async () => {
  const random = createRandom(2);
  const first = await sampleDdim(exactDenoiser(data, cosine), { ...begin(), random });
  const state = random.state();
  const again = createRandom(2);
  tf.dispose(again.normal([2, 1]));
  expect(again.state()).toEqual(state);
  const second = await sampleDdim(exactDenoiser(data, cosine), { ...begin(), random: createRandom(2) });
  expect(await second.data()).toEqual(await first.data());
});

describe('the clip', () => {
  test('keeps each estimate between its ends', async () => {
    const estimates: Promise<ArrayLike<number>>[] = [];
    const onStep = ({ estimate }: { estimate: tf.Tensor }): void => void estimates.push(readKept(estimate));
    const far = exactDenoiser({ mean: 3, variance: 1 }, cosine);
    await sampleDdim(far, { ...begin(), clip: [-1, 1], onStep });
    for (const estimate of await Promise.all(estimates))
      expect([...Array.from(estimate)].every((value) => Math.abs(value) <= 1)).toBe(true);
  });

  test('saves predicted noise at the end of the cosine table, where its error is multiplied by hundreds', async () => {
    const schedule = cosineSchedule({ steps: 100 });
    const exact = exactDenoiser(data, schedule, predictNoise);
    const wrong = withPredict(exact, (...parameters) => tf.add(exact.predict(...parameters), 0.01));
    const first = async (clip?: [number, number]): Promise<number> => {
      let value = 0;
      await sampleDdim(wrong, {
        shape: [1, 1],
        random: createRandom(3),
        clip,
        onStep: async ({ step, estimate }) => {
          if (step === 1) value = Math.abs((await estimate.data())[0]!);
        },
      });
      return value;
    };
    expect(await first()).toBeGreaterThan(3);
    expect(await first([-2, 2])).toBeLessThanOrEqual(2);
  });
});

describe('a solver of the caller’s own', () => {
  const renoising: DiffusionSolver = {
    step: ({ estimate, to, schedule, noise }) =>
      tf.tidy(() => {
        const alphaBar = to < 0 ? 1 : schedule.alphaBar[to]!;
        return tf.add(tf.mul(Math.sqrt(alphaBar), estimate), tf.mul(Math.sqrt(1 - alphaBar), noise()));
      }),
    timesteps: (_, steps) => Int32Array.from({ length: steps }, (__, k) => 19 - 3 * k),
  };

  test('is run with its own spacing', async () => {
    const denoiser = exactDenoiser(data, cosine);
    await checkNoLeaks(() => sampleDiffusion(unwatched(), renoising, begin()));
    tf.dispose(await sampleDiffusion(denoiser, renoising, begin()));
    expect((await Promise.all(denoiser.seen.slice(0, 6))).map((timesteps) => timesteps[0])).toEqual([
      19, 16, 13, 10, 7, 4,
    ]);
  });

  test('gets the previous step’s estimate', async () => {
    const previous: (number | undefined)[] = [];
    const plain = ddimSolver();
    const looking: DiffusionSolver = {
      step: (state) => {
        expect(state.previous?.estimate.isDisposed ?? false).toBe(false);
        previous.push(state.previous?.timestep);
        return plain.step(state);
      },
    };
    tf.dispose(
      await sampleDiffusion(exactDenoiser(data, cosine), looking, {
        ...begin(),
        steps: undefined,
        timesteps: [12, 9, 1],
      }),
    );
    expect(previous).toEqual([undefined, 12, 9]);
  });

  test('is refused if it has no step, or gives another shape', async () => {
    const denoiser = unwatched();
    await expect(sampleDiffusion(denoiser, {} as never, begin())).rejects.toThrow(
      'sampleDiffusion: `solver.step` must be a function',
    );
    const wide: DiffusionSolver = { step: ({ xt }) => tf.concat([xt, xt], 1) };
    await checkNoLeaks(() =>
      expect(sampleDiffusion(denoiser, wide, begin())).rejects.toThrow(
        'sampleDiffusion: `solver.step(...)` must have shape [2, 1]; got [2, 2].',
      ),
    );
  });
});

describe('wrong options are rejected by name, before the network is called', () => {
  const denoiser = unwatched();
  const ones = (...shape: number[]): tf.Tensor => tf.ones(shape);
  const refused: [string, () => SampleOptions][] = [
    ['`shape` must be [batch, ...]; got undefined.', () => ({ random: createRandom(1) })],
    ['`shape` must be [batch, ...]; got [4].', () => ({ ...begin(), shape: [4] })],
    ['`shape[1]` must be a positive integer', () => ({ ...begin(), shape: [4, 0] })],
    ['`random` must be a random stream', () => ({ shape: [2, 1] })],
    ['`steps` must be finite and at most 20; got 21.', () => ({ ...begin(), steps: 21 })],
    ['`steps` must be a positive integer', () => ({ ...begin(), steps: 0 })],
    ['`steps` must be absent if `timesteps` is given; got 6.', () => ({ ...begin(), timesteps: [3] })],
    ['`timesteps.length` must be a positive integer; got 0.', () => ({ ...begin(), steps: undefined, timesteps: [] })],
    [
      '`timesteps[0]` must be finite and at least 0 and below 20; got 20.',
      () => ({ ...begin(), steps: undefined, timesteps: [20] }),
    ],
    [
      '`timesteps[1]` must be finite and at least 0 and below 5; got 5.',
      () => ({ ...begin(), steps: undefined, timesteps: [5, 5] }),
    ],
    ['`from.timestep` must be finite and below 20; got 20.', () => ({ from: { x: ones(1, 1), timestep: 20 } })],
    [
      '`timesteps[0]` must be finite and at least 9 and below 10; got 8.',
      () => ({ from: { x: ones(1, 1), timestep: 9 }, timesteps: [8, 3] }),
    ],
    ['`from.x` must have shape [2, 1]; got [1, 1].', () => ({ ...begin(), from: { x: ones(1, 1), timestep: 9 } })],
    ['`condition` must have shape [2]; got [3].', () => ({ ...begin(), condition: tf.ones([3], 'int32') })],
    ['`condition` must have shape [2, ?]; got [2].', () => ({ ...begin(), condition: ones(2) })],
    ['`guidance` needs `condition` or `guide`; got neither.', () => ({ ...begin(), guidance: 2 })],
    ['`guidance` must be finite', () => ({ ...begin(), guidance: NaN, condition: tf.ones([2], 'int32') })],
    [
      "`guide.schedule` must be the denoiser's; got another.",
      () => ({ ...begin(), guidance: 2, guide: exactDenoiser(data, cosineSchedule({ steps: 21 })) }),
    ],
    ['`clip[1]` must be finite and above 1; got 1.', () => ({ ...begin(), clip: [1, 1] })],
    ['`yieldAfter` must be finite and at least 0; got -1.', () => ({ ...begin(), yieldAfter: -1 })],
    ['`onStep` must be a function', () => ({ ...begin(), onStep: 3 as never })],
    [
      '`known.x` must have shape [1, 1]; got [1, 2].',
      () => ({ ...begin(), known: { x: ones(1, 2), mask: ones(1, 1) } }),
    ],
    ['`known.mask` must be float32', () => ({ ...begin(), known: { x: ones(1, 1), mask: tf.ones([1, 1], 'bool') } })],
    [
      '`known.repeats` must be a positive integer',
      () => ({ ...begin(), known: { x: ones(1, 1), mask: ones(1, 1), repeats: 0 } }),
    ],
  ];

  test.each(refused)('%s', async (message, options) => {
    await expect(sampleDdim(denoiser, options())).rejects.toThrow(message);
    expect(denoiser.seen).toHaveLength(0);
  });

  test('eta, variance, denoiser, x', async () => {
    await expect(sampleDdim(denoiser, { ...begin(), eta: 2 })).rejects.toThrow(
      'sampleDdim: `eta` must be finite and at least 0 and at most 1; got 2.',
    );
    await expect(sampleDdpm(denoiser, { ...begin(), variance: 1 as never })).rejects.toThrow(
      'sampleDdpm: `variance` must be a function',
    );
    await expect(sampleHeun({} as never, begin())).rejects.toThrow('sampleHeun: `denoiser.predict` must be a function');
    await expect(invertDdim(denoiser, tf.ones([2]), {})).rejects.toThrow('invertDdim: `x`');
    await expect(invertDdim(denoiser, tf.ones([2, 1]), { steps: 21 })).rejects.toThrow(
      'invertDdim: `steps` must be finite and at most 20; got 21.',
    );
    await expect(invertDdim(denoiser, tf.ones([2, 1]), { iterations: -1 })).rejects.toThrow(
      'invertDdim: `iterations` must be an integer of at least 0; got -1.',
    );
  });
});

test('an inversion leaves only its noise in memory, and stops on its signal', async () => {
  const denoiser = unwatched(flowSchedule({ steps: 10 }));
  const x = tf.ones([2, 1]);
  await checkNoLeaks(() => invertDdim(denoiser, x, { steps: 4, onStep: () => undefined }));
  await checkNoLeaks(() => invertDdim(denoiser, x, { steps: 4, iterations: 0 }));
  const seen: [number, Promise<unknown>][] = [];
  const onStep = ({ xt, timestep }: SampleProgress): void => void seen.push([timestep, readKept(xt)]);
  const noise = await invertDdim(denoiser, x, { steps: 5, onStep });
  expect(seen.map(([timestep]) => timestep)).toEqual([1, 3, 5, 7, 9]);
  expect(await seen.at(-1)![1]).toEqual([...(await noise.data())]);
  await checkNoLeaks(async () => {
    const controller = new AbortController();
    const onStep = (): void => controller.abort('enough');
    await expect(invertDdim(denoiser, x, { steps: 4, onStep, signal: controller.signal })).rejects.toBe('enough');
  });
});
