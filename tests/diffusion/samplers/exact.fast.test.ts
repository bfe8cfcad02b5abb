import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  addNoise,
  cosineSchedule,
  ddpmSolver,
  flowSchedule,
  invertDdim,
  largeVariance,
  linearSchedule,
  logSnrTimesteps,
  predictFlow,
  predictSample,
  sampleDdim,
  sampleDdpm,
  sampleDiffusion,
  sampleDpmSolver,
  sampleHeun,
  type PredictionTarget,
  type TimestepOptions,
} from '../../../src/diffusion/index.js';
import { noiseSchedules } from '../../contract/noise-schedules.js';
import { predictionTargets } from '../../contract/prediction-targets.js';
import { createRandom } from '../../../src/random/index.js';
import { expectClose, read } from '../../support/close.js';
import { bestEstimate, exactDenoiser, scales } from '../exact.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const data = { mean: 0.4, variance: 0.25 };
const cosine = cosineSchedule({ steps: 40 });

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

  test.each(predictionTargets)('samples by $name are those by any other target', async ({ target }) => {
    const linear = linearSchedule({ steps: 30 });
    const by = (predicts: PredictionTarget) =>
      sampleDpmSolver(exactDenoiser(data, linear, predicts), { shape: [4, 1], steps: 6, random: createRandom(3) });
    await expectClose(await by(target), await by(predictSample), { relative: 1e-4, absolute: 1e-4 });
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

describe('the timesteps at which the network is called', () => {
  const seenBy = async (run: (denoiser: ReturnType<typeof exactDenoiser>) => Promise<tf.Tensor>, schedule = cosine) => {
    const denoiser = exactDenoiser(data, schedule);
    tf.dispose(await run(denoiser));
    return (await Promise.all(denoiser.seen)).map((timesteps) => timesteps[0]!);
  };
  const options = () => ({ shape: [1, 1], random: createRandom(7) });

  test('are all timesteps from the last to 0, or the ones in the options', async () => {
    const all = Array.from({ length: 40 }, (_, k) => 39 - k);
    expect(await seenBy((denoiser) => sampleDdpm(denoiser, options()))).toEqual(all);
    expect(await seenBy((denoiser) => sampleDpmSolver(denoiser, options()))).toEqual(all);
    expect(await seenBy((denoiser) => sampleDdim(denoiser, { ...options(), timesteps: [30, 7, 2] }))).toEqual([
      30, 7, 2,
    ]);
  });

  test('are trailing, and start at the last one if the steps do not divide the table', async () => {
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

  test.each([1, 5, 10, 20, 37, 48, 49, 50])(
    'of DPM-Solver++ are as many as asked for on a coarse table: %i of 50',
    async (steps) => {
      for (const { make } of noiseSchedules) {
        const schedule = make({ steps: 50 });
        const seen = await seenBy((denoiser) => sampleDpmSolver(denoiser, { ...options(), steps }), schedule);
        expect(seen).toHaveLength(steps);
        expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
      }
      const from = { x: tf.zeros([1, 1]), timestep: 9 };
      const most = Math.min(steps, 10);
      expect(await seenBy((denoiser) => sampleDpmSolver(denoiser, { from, steps: most }))).toHaveLength(most);
    },
  );

  test('of Heun are used twice, except in the first and the last step', async () => {
    expect(await seenBy((denoiser) => sampleHeun(denoiser, { ...options(), timesteps: [39, 20, 4] }))).toEqual([
      39, 20, 20, 4, 4,
    ]);
  });

  test('divide the rest of the table when starting from a noised image', async () => {
    const from = { x: tf.zeros([1, 1]), timestep: 19 };
    expect(await seenBy((denoiser) => sampleDdim(denoiser, { from, steps: 4 }))).toEqual([19, 14, 9, 4]);
    expect((await seenBy((denoiser) => sampleDpmSolver(denoiser, { from, steps: 4 })))[0]).toBe(19);
    expect(await seenBy((denoiser) => sampleDdim(denoiser, { from }))).toHaveLength(20);
  });

  test('of the inversion are those of sampling, the first of them 0', async () => {
    const x = tf.zeros([1, 1]);
    expect(await seenBy((denoiser) => invertDdim(denoiser, x, { steps: 3, iterations: 2 }))).toEqual([
      0, 12, 12, 26, 26, 39, 39,
    ]);
    expect(await seenBy((denoiser) => invertDdim(denoiser, x, { timesteps: [30, 7] }))).toEqual([
      0, 7, 7, 7, 30, 30, 30,
    ]);
    expect(await seenBy((denoiser) => invertDdim(denoiser, x, { steps: 4, iterations: 0 }))).toEqual([0, 9, 19, 29]);
  });
});

describe('the inversion', () => {
  const x = () => tf.tensor2d([[1.4], [0.9], [-0.2], [0.4]]);
  const schedule = cosineSchedule({ steps: 400 });
  /** The largest distance from x after an inversion and sampling, in standard deviations of the data. */
  const errorOf = async (options: TimestepOptions, table = schedule, iterations?: number): Promise<number> => {
    const noise = await invertDdim(exactDenoiser(data, table), x(), { ...options, iterations });
    const timestep = options.timesteps?.[0] ?? table.steps - 1;
    const again = await sampleDdim(exactDenoiser(data, table), { ...options, from: { x: noise, timestep } });
    const [values, wanted] = [await read(again), await read(x())];
    return Math.max(...values.map((value, i) => Math.abs(value - wanted[i]!))) / Math.sqrt(data.variance);
  };

  test('followed by sampling reproduces the image, with few steps as with many', async () => {
    for (const table of [schedule, linearSchedule({ steps: 100 }), flowSchedule({ steps: 100 })])
      expect(await errorOf({ steps: 10 }, table)).toBeLessThan(0.01);
    expect(await errorOf({ steps: 40 })).toBeLessThan(0.001);
    expect(await errorOf({ timesteps: [250, 180, 100, 40, 10] })).toBeLessThan(0.01);
  });

  test('gives the noise from which DDIM’s own steps come to x, a line on Gaussian data', async () => {
    const timesteps = Array.from({ length: 10 }, (_, k) => 399 - 40 * k);
    const end = (start: number): number =>
      timesteps.reduce((at, from, k) => {
        const [{ alpha, sigma }, to] = [scales(schedule, from), scales(schedule, timesteps[k + 1] ?? -1)];
        const best = bestEstimate(data, at, alpha, sigma);
        return to.alpha * best + (to.sigma * (at - alpha * best)) / sigma;
      }, start);
    const [shift, slope] = [end(0), end(1) - end(0)];
    const expected = (await read(x())).map((value) => (value - shift) / slope);
    const noise = await invertDdim(exactDenoiser(data, schedule), x(), { steps: 10 });
    await expectClose(noise, expected, { relative: 0, absolute: 0.01 });
  });

  test('undoes guided sampling with the same guidance', async () => {
    const guide = exactDenoiser({ mean: -0.2, variance: 0.4 }, schedule);
    const options = { steps: 20, guidance: 2, guide };
    const noise = await invertDdim(exactDenoiser(data, schedule), x(), options);
    const again = await sampleDdim(exactDenoiser(data, schedule), { ...options, from: { x: noise, timestep: 399 } });
    await expectClose(again, x(), { relative: 0, absolute: 0.01 });
  });

  test('is the explicit method, of the first order, without iterations', async () => {
    const [coarse, fine] = [await errorOf({ steps: 50 }, schedule, 0), await errorOf({ steps: 100 }, schedule, 0)];
    expect(fine).toBeLessThan(0.08);
    expect(coarse / fine).toBeGreaterThan(1.6);
  });

  test('makes a step explicitly if it is too large to be solved, to pure noise', async () => {
    const one = await read(await invertDdim(exactDenoiser(data, flowSchedule({ steps: 10 })), x(), { steps: 1 }));
    expect(one.every(Number.isFinite)).toBe(true);
  });

  test('gives noise of the data’s own spread', async () => {
    const table = cosineSchedule({ steps: 80 });
    const noise = await invertDdim(exactDenoiser(data, table), tf.tensor2d([[0.9], [-0.1]]), {});
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
