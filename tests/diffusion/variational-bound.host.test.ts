import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  cosineSchedule,
  flowSchedule,
  linearSchedule,
  variationalBound,
  type NoiseSchedule,
} from '../../src/diffusion/index.js';
import { noiseSchedules } from '../contract/noise-schedules.js';
import { createRandom } from '../../src/random/index.js';
import { read } from '../support/close.js';
import { evenLogSnr, exactDenoiser, type GaussianData } from './exact.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** The expected gap between log p(x) and the bound per dimension, in float64, for an exact denoiser and data of this variance. */
function expectedGap(schedule: NoiseSchedule, variance: number): number {
  const snr = (t: number): number => schedule.alphaBar[t]! / (1 - schedule.alphaBar[t]!);
  // E |x_0 - E[x_0 | x_t]|^2
  const error = (t: number): number => variance / (1 + snr(t) * variance);
  const last = schedule.alphaBar[schedule.steps - 1]!;
  let gap = (last * variance - last - Math.log(1 - last)) / 2;
  for (let t = 1; t < schedule.steps; t++) gap += ((snr(t - 1) - snr(t)) * error(t)) / 2;
  gap += (Math.log(2 * Math.PI) - Math.log(snr(0)) + snr(0) * error(0)) / 2;
  return gap - (1 + Math.log(2 * Math.PI * variance)) / 2;
}

const logDensity = (x: number, { mean, variance }: GaussianData): number =>
  -0.5 * (Math.log(2 * Math.PI * variance) + (x - mean) ** 2 / variance);

const draw = (n: number, size: number, { mean, variance }: GaussianData, seed: number): tf.Tensor =>
  tf.add(mean, tf.mul(Math.sqrt(variance), createRandom(seed).normal([n, size])));

describe('the gap between log p(x) and the bound of an exact denoiser', () => {
  const data = { mean: 0, variance: 0.25 };

  test.each([
    [10, 5.39],
    [100, 1.25],
    [1000, 0.46],
  ])('at %i steps of the linear schedule is %d nats a dimension', async (steps, expected) => {
    const schedule = linearSchedule({ steps });
    expect(expectedGap(schedule, 0.25)).toBeCloseTo(expected, 2);
    const [n, size] = [200, 2];
    const x = draw(n, size, data, 1);
    const { nats, standardError } = await variationalBound(exactDenoiser(data, schedule), x, {
      random: createRandom(2),
    });
    const exact = (await read(x)).reduce((sum, value) => sum + logDensity(value, data), 0) / n;
    const gap = (exact - nats) / size;
    expect(gap).toBeGreaterThan(0);
    expect(Math.abs(gap - expected)).toBeLessThan(Math.max(0.05, (4 * standardError) / size));
  });

  test('is that of harmonic numbers on the schedule of flow matching, however many its steps', () => {
    // sum over k of ( ((k + 1) / k)^2 - 1 - 2 log((k + 1) / k) ) / 2
    const limit = 0.5772156649 + Math.PI ** 2 / 12;
    for (const steps of [1000, 10_000])
      expect(Math.abs(expectedGap(flowSchedule({ steps }), 0.25) - limit)).toBeLessThan(20 / steps);
    expect(expectedGap(evenLogSnr(1000, Math.log(1000), -Math.log(1000)), 0.25)).toBeCloseTo(0.08, 2);
  });

  test('is never negative, and closes as steps grow', async () => {
    const gaps = [20, 80, 320].map((steps) => expectedGap(cosineSchedule({ steps }), 0.25));
    expect(gaps.every((gap) => gap > 0)).toBe(true);
    expect([...gaps].sort((a, b) => b - a)).toEqual(gaps);
    for (const [seed, schedule] of [cosineSchedule({ steps: 20 }), flowSchedule({ steps: 20 })].entries()) {
      const far = { mean: 0.5, variance: 0.6 };
      const x = draw(300, 1, far, seed);
      const { nats } = await variationalBound(exactDenoiser(far, schedule), x, { random: createRandom(seed) });
      const exact = (await read(x)).reduce((sum, value) => sum + logDensity(value, far), 0) / 300;
      expect(nats).toBeLessThan(exact);
    }
  });

  test.each([
    ...noiseSchedules.map(({ name, make }, i) => [name, make({ steps: 100 }), [12, 4, 2][i] ?? 4] as const),
    ['a schedule of one step', { steps: 1, alphaBar: Float64Array.of(0.9) }, 3] as const,
  ])('is the same on average with a few calls, each at its own timesteps: %s', async (_, schedule, calls) => {
    const n = 3000;
    const x = draw(n, 1, data, 3);
    const denoiser = exactDenoiser(data, schedule);
    const { nats, standardError } = await variationalBound(denoiser, x, { random: createRandom(4), calls });
    const exact = (await read(x)).reduce((sum, value) => sum + logDensity(value, data), 0) / n;
    expect(Math.abs(exact - nats - expectedGap(schedule, 0.25))).toBeLessThan(4 * standardError);
    expect(standardError).toBeLessThan(0.2);
    const seen = await Promise.all(denoiser.seen);
    expect(seen).toHaveLength(schedule.steps === 1 ? 1 : calls);
    expect(new Set(seen[0] as Int32Array).size).toBeGreaterThan(schedule.steps === 1 ? 0 : 10);
    expect(new Set(seen.at(-1) as Int32Array)).toEqual(new Set([0]));
  });
});

test('levels of data in [0, 1] are rejected without their range, and those in [-1, 1] are accepted', async () => {
  const denoiser = exactDenoiser({ mean: 0, variance: 1 }, linearSchedule({ steps: 5 }));
  const bound = (values: number[], range?: [number, number]) =>
    variationalBound(denoiser, tf.tensor2d([values]), { random: createRandom(1), levels: 256, range });
  const told =
    'variationalBound: `x` must reach below 0; got 0 and more. Give `range`; images in [0, 1] become 2 x - 1.';
  await expect(bound([0, 1, 0.2])).rejects.toThrow(told);
  await expect(bound([0, 1, 0.2], [0, 1])).resolves.toBeDefined();
  await expect(bound([0, 1, 0.2], [-1, 1])).resolves.toBeDefined();
  await expect(bound([-1, 1, 0.2])).resolves.toBeDefined();
});
