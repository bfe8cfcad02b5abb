import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  addNoise,
  cosineSchedule,
  ddimSolver,
  ddpmSolver,
  dpmSolver,
  flowSchedule,
  heunSolver,
  invertDdim,
  largeVariance,
  linearSchedule,
  logSnrTimesteps,
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
  sampleDdim,
  sampleDdpm,
  sampleDiffusion,
  sampleDpmSolver,
  sampleHeun,
} from '../../../src/diffusion/index.js';
import { createRandom } from '../../../src/random/index.js';
import { expectClose, read } from '../../support/close.js';
import { bestEstimate, exactDenoiser, exactFlow, scales } from '../exact.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
});

const data = { mean: 0.4, variance: 0.25 };
const cosine = cosineSchedule({ steps: 40 });

/** Where a walk from noise ends whose last step is the estimate at index 0: exact but for the steps' size. */
const endOfFlow = (schedule: typeof cosine, noise: number): number => {
  const { alpha, sigma } = scales(schedule, 0);
  return bestEstimate(data, exactFlow(data, schedule, noise, schedule.steps - 1, 0), alpha, sigma);
};

describe('with an exact denoiser', () => {
  test('DDIM with eta 0 on the flow table is Euler’s method of flow matching in float64', async () => {
    for (const shift of [1, 3]) {
      const schedule = flowSchedule({ steps: 12, shift });
      const times = Array.from({ length: 13 }, (_, k) => {
        const t = (12 - k) / 12;
        return (shift * t) / (1 + (shift - 1) * t);
      });
      const noise = createRandom(1).normal([6, 1]);
      const expected = (await read(noise)).map((start) => {
        let x = start;
        for (let k = 0; k < 12; k++) {
          const [t, next] = [times[k]!, times[k + 1]!];
          const best = bestEstimate(data, x, 1 - t, t);
          x += (next - t) * ((x - (1 - t) * best) / t - best);
        }
        return x;
      });
      const samples = await sampleDdim(exactDenoiser(data, schedule, predictFlow), {
        shape: [6, 1],
        random: createRandom(1),
      });
      await expectClose(samples, expected, { relative: 1e-5, absolute: 1e-5 });
    }
  });

  test('DDIM with eta 1 and all steps is DDPM with the small variance, draw for draw', async () => {
    const options = () => ({ shape: [4, 2], random: createRandom(2) });
    const ddpm = await sampleDdpm(exactDenoiser(data, cosine), options());
    const ddim = await sampleDdim(exactDenoiser(data, cosine), { ...options(), eta: 1 });
    await expectClose(ddim, ddpm, { relative: 1e-5, absolute: 1e-5 });
  });

  test.each([predictNoise, predictSample, predictVelocity, predictFlow])(
    'samples by the target $name are those by any other',
    async (target) => {
      const linear = linearSchedule({ steps: 30 });
      const by = (predicts: typeof target) =>
        sampleDpmSolver(exactDenoiser(data, linear, predicts), { shape: [4, 1], steps: 6, random: createRandom(3) });
      await expectClose(await by(target), await by(predictSample), { relative: 1e-4, absolute: 1e-4 });
    },
  );

  test.each([
    ['DDIM', ddimSolver(), 0.05],
    ['DPM-Solver++', dpmSolver, 0.02],
    ['Heun', heunSolver, 0.02],
  ] as const)('%s follows the flow to its end', async (_, solver, error) => {
    const noise = createRandom(4).normal([8, 1]);
    const expected = (await read(noise)).map((start) => endOfFlow(cosine, start));
    const samples = await sampleDiffusion(exactDenoiser(data, cosine), solver, {
      shape: [8, 1],
      random: createRandom(4),
    });
    await expectClose(samples, expected, { relative: 0, absolute: error });
  });

  test('DDPM’s samples have the mean and the variance of the data', async () => {
    const shape = [1500, 2];
    for (const [name, solver] of [
      ['small', ddpmSolver()],
      ['large', ddpmSolver({ variance: largeVariance })],
    ] as const) {
      const denoiser = exactDenoiser(data, cosineSchedule({ steps: 60 }));
      const values = await read(await sampleDiffusion(denoiser, solver, { shape, random: createRandom(5) }));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      expect(Math.abs(mean - data.mean), name).toBeLessThan(0.04);
      expect(Math.abs(variance / data.variance - 1), name).toBeLessThan(0.15);
    }
  });
});

describe('no noise stays at the end', () => {
  test.each([
    ['DDIM', sampleDdim],
    ['DDPM', sampleDdpm],
    ['DPM-Solver++', sampleDpmSolver],
    ['Heun', sampleHeun],
  ])('%s gives a single point exactly where the data are one', async (_, sample) => {
    const point = { mean: -0.6, variance: 0 };
    for (const schedule of [cosine, flowSchedule({ steps: 30 })]) {
      const samples = await sample(exactDenoiser(point, schedule, predictSample), {
        shape: [3, 2],
        steps: 5,
        random: createRandom(6),
      });
      await expectClose(samples, new Array<number>(6).fill(-0.6), { relative: 1e-6 });
    }
  });
});

describe('the timesteps at which the network is asked', () => {
  const seenBy = async (run: (denoiser: ReturnType<typeof exactDenoiser>) => Promise<tf.Tensor>, schedule = cosine) => {
    const denoiser = exactDenoiser(data, schedule);
    tf.dispose(await run(denoiser));
    return (await Promise.all(denoiser.seen)).map((timesteps) => timesteps[0]!);
  };
  const options = () => ({ shape: [1, 1], random: createRandom(7) });

  test('are all, from the last to 0, or those given', async () => {
    const all = Array.from({ length: 40 }, (_, k) => 39 - k);
    expect(await seenBy((denoiser) => sampleDdpm(denoiser, options()))).toEqual(all);
    expect(await seenBy((denoiser) => sampleDpmSolver(denoiser, options()))).toEqual(all);
    expect(await seenBy((denoiser) => sampleDdim(denoiser, { ...options(), timesteps: [30, 7, 2] }))).toEqual([
      30, 7, 2,
    ]);
  });

  test('are trailing, and begin at the last where the steps do not divide the table', async () => {
    for (const sample of [sampleDdim, sampleDdpm]) {
      expect(await seenBy((denoiser) => sample(denoiser, { ...options(), steps: 7 }))).toEqual([
        39, 33, 28, 22, 16, 10, 5,
      ]);
    }
  });

  test('of DPM-Solver++ are even in log-SNR', async () => {
    const expected = [...logSnrTimesteps(cosine, { steps: 8 })];
    expect(await seenBy((denoiser) => sampleDpmSolver(denoiser, { ...options(), steps: 8 }))).toEqual(expected);
  });

  test('of Heun are asked twice, but for the first and the last step', async () => {
    expect(await seenBy((denoiser) => sampleHeun(denoiser, { ...options(), timesteps: [39, 20, 4] }))).toEqual([
      39, 20, 20, 4, 4,
    ]);
  });

  test('divide what is left from a noised image on', async () => {
    const from = { x: tf.zeros([1, 1]), timestep: 19 };
    expect(await seenBy((denoiser) => sampleDdim(denoiser, { from, steps: 4 }))).toEqual([19, 14, 9, 4]);
    expect((await seenBy((denoiser) => sampleDpmSolver(denoiser, { from, steps: 4 })))[0]).toBe(19);
    expect(await seenBy((denoiser) => sampleDdim(denoiser, { from }))).toHaveLength(20);
  });

  test('of the inversion are those of sampling, the first of them 0', async () => {
    expect(await seenBy((denoiser) => invertDdim(denoiser, tf.zeros([1, 1]), { steps: 4 }))).toEqual([0, 9, 19, 29]);
    expect(await seenBy((denoiser) => invertDdim(denoiser, tf.zeros([1, 1]), { timesteps: [30, 7] }))).toEqual([0, 7]);
  });
});

describe('the inversion', () => {
  test('and sampling again give the image back, to the first order', async () => {
    const schedule = cosineSchedule({ steps: 400 });
    const x = tf.tensor2d([[0.9], [-0.2], [0.4]]);
    const errorOf = async (steps: number): Promise<number> => {
      const noise = await invertDdim(exactDenoiser(data, schedule), x, { steps });
      const again = await sampleDdim(exactDenoiser(data, schedule), { from: { x: noise, timestep: 399 }, steps });
      const [values, wanted] = [await read(again), await read(x)];
      return Math.max(...values.map((value, i) => Math.abs(value - wanted[i]!)));
    };
    const [coarse, fine] = [await errorOf(50), await errorOf(100)];
    expect(fine).toBeLessThan(0.02);
    expect(coarse / fine).toBeGreaterThan(1.6);
  });

  test('gives noise of the data’s own spread', async () => {
    const schedule = cosineSchedule({ steps: 200 });
    const noise = await invertDdim(exactDenoiser(data, schedule), tf.tensor2d([[0.9], [-0.1]]), {});
    // one standard deviation above and below the mean
    await expectClose(noise, [1, -1], { relative: 0, absolute: 0.05 });
  });
});

test('sampling from noised data keeps what the noise left of them', async () => {
  const x0 = tf.fill([200, 1], 1);
  const random = createRandom(8);
  const timestep = 5;
  const x = addNoise(x0, random.normal([200, 1]), tf.fill([200], timestep, 'int32'), cosine);
  const samples = await read(await sampleDdim(exactDenoiser(data, cosine), { from: { x, timestep } }));
  const mean = samples.reduce((sum, value) => sum + value, 0) / 200;
  expect(mean).toBeGreaterThan(0.8);
});
