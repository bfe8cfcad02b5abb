import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { linearSchedule, predictVelocity, variationalBound } from '../../src/diffusion/index.js';
import { logNormalInterval } from '../../src/diffusion/normal-distribution.js';
import { createRandom } from '../../src/random/index.js';
import { read } from '../support/close.js';
import { exactDenoiser, scales, type GaussianData } from './exact.js';
import { checkNoLeaks } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

const draw = (n: number, size: number, { mean, variance }: GaussianData, seed: number): tf.Tensor =>
  tf.add(mean, tf.mul(Math.sqrt(variance), createRandom(seed).normal([n, size])));

test('its terms are those of the formula in float64, for the noise that it draws', async () => {
  const schedule = linearSchedule({ steps: 4 });
  const data = { mean: 0.2, variance: 0.5 };
  const x = tf.tensor2d([[0.3, -0.8]]);
  const { nats, bitsPerDimension, standardError } = await variationalBound(exactDenoiser(data, schedule), x, {
    random: createRandom(3),
  });
  const [values, random] = [await read(x), createRandom(3)];
  const snr = (t: number): number => schedule.alphaBar[t]! / (1 - schedule.alphaBar[t]!);
  const last = schedule.alphaBar[3]!;
  let expected = values.reduce((sum, value) => sum - (last * value ** 2 - last - Math.log(1 - last)) / 2, 0);
  for (let t = 3; t >= 0; t--) {
    const noise = await read(random.normal([1, 2]));
    const { alpha, sigma } = scales(schedule, t);
    const error = values.reduce((sum, value, i) => {
      const xt = alpha * value + sigma * noise[i]!;
      const estimate =
        data.mean + (alpha * data.variance * (xt - alpha * data.mean)) / (alpha ** 2 * data.variance + sigma ** 2);
      return sum + (value - estimate) ** 2;
    }, 0);
    expected +=
      t > 0 ? -((snr(t - 1) - snr(t)) * error) / 2 : Math.log(snr(0)) - Math.log(2 * Math.PI) - (snr(0) * error) / 2;
  }
  expect(nats / expected).toBeCloseTo(1, 4);
  expect(bitsPerDimension).toBeCloseTo(-nats / 2 / Math.LN2, 10);
  expect(standardError).toBeNaN();
});

describe('with levels', () => {
  test('it is of a probability: below 0, and near the density times the distance of two levels', async () => {
    const schedule = linearSchedule({ steps: 100 });
    const data = { mean: 0, variance: 0.05 };
    const x = tf.mul(tf.round(tf.mul(draw(200, 1, data, 4), 127.5)), 1 / 127.5);
    const options = () => ({ random: createRandom(5) });
    const discrete = await variationalBound(exactDenoiser(data, schedule), x, { ...options(), levels: 256 });
    const density = await variationalBound(exactDenoiser(data, schedule), x, options());
    expect(discrete.nats).toBeLessThan(0);
    expect(Math.abs(discrete.nats - density.nats - Math.log(2 / 255))).toBeLessThan(0.1);
  });

  test('data with one level everywhere are almost certain', async () => {
    const white = { mean: 1, variance: 1e-6 };
    const { nats } = await variationalBound(exactDenoiser(white, linearSchedule({ steps: 50 })), tf.ones([4, 3]), {
      random: createRandom(6),
      levels: 2,
    });
    expect(nats).toBeLessThan(0.001);
    expect(nats).toBeGreaterThan(-0.05);
  });

  test('data out of the range are refused, with the remedy', async () => {
    const denoiser = exactDenoiser({ mean: 0, variance: 1 }, linearSchedule({ steps: 5 }));
    await expect(
      variationalBound(denoiser, tf.tensor2d([[0.2, 1.5]]), { random: createRandom(1), levels: 8 }),
    ).rejects.toThrow(
      'variationalBound: `x` must lie within [-1, 1]; got 1.5. Give `range`; images in [0, 1] become 2 x - 1.',
    );
    await variationalBound(denoiser, tf.tensor2d([[0.2, 1.5]]), { random: createRandom(1), levels: 8, range: [0, 2] });
    expect(denoiser.seen).toHaveLength(5);
  });
});

test('the probability of an interval is that of numerical integration, also far out', () => {
  const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const integral = (low: number, high: number): number => {
    const n = 2000;
    const h = (high - low) / n;
    let sum = density(low) + density(high);
    for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * density(low + i * h);
    return (sum * h) / 3;
  };
  for (const [low, high] of [
    [-1, 2],
    [0.5, 0.7],
    [-4, -3.5],
    [6, 7],
    [-0.0005, 0.0005],
    [9, 9.001],
    [-3.2, -2.8],
  ] as const) {
    expect(logNormalInterval(low, high)).toBeCloseTo(Math.log(integral(low, high)), 8);
  }
  expect(logNormalInterval(-Infinity, Infinity)).toBeCloseTo(0, 12);
  expect(logNormalInterval(-Infinity, -40)).toBeCloseTo(-800 - Math.log(40 * Math.sqrt(2 * Math.PI)), 2);
  expect(logNormalInterval(40, Infinity)).toBe(logNormalInterval(-Infinity, -40));
});

test('no tensor is left, and it stops on its signal', async () => {
  const denoiser = exactDenoiser({ mean: 0, variance: 1 }, linearSchedule({ steps: 6 }), predictVelocity, false);
  const x = tf.zeros([2, 2]);
  await checkNoLeaks(async () => {
    await variationalBound(denoiser, x, { random: createRandom(1) });
    await variationalBound(denoiser, x, { random: createRandom(1), levels: 3 });
    await expect(
      variationalBound(denoiser, x, { random: createRandom(1), signal: AbortSignal.abort('no') }),
    ).rejects.toBe('no');
  });
  await expect(variationalBound(denoiser, tf.zeros([2, 2], 'int32'), { random: createRandom(1) })).rejects.toThrow(
    'variationalBound: `x` must be float32',
  );
  await expect(variationalBound(denoiser, x, {} as never)).rejects.toThrow('variationalBound: `random`');
  await expect(variationalBound(denoiser, x, { random: createRandom(1), levels: 1 })).rejects.toThrow(
    'variationalBound: `levels`',
  );
  await expect(variationalBound(denoiser, x, { random: createRandom(1), range: [1, 1] })).rejects.toThrow(
    'variationalBound: `range[1]`',
  );
});
