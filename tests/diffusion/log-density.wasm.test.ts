import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  cosineSchedule,
  createDenoiser,
  flowSchedule,
  linearSchedule,
  logDensity,
  predictSample,
  predictVelocity,
  variationalBound,
  withClip,
  type Denoiser,
  type NoiseSchedule,
} from '../../src/diffusion/index.js';
import { denoisingMlp, type ApplyOptions } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { read } from '../support/close.js';
import { exactDenoiser, ruinedDenoiser } from './exact.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** Equal parts of a normal mixture with independent numbers of one deviation. */
interface Mixture {
  readonly means: readonly (readonly number[])[];
  readonly deviation: number;
}

const MIXTURE: Mixture = { means: [[-1, 0.5, 0], [0.8, -0.3, 0.4]], deviation: 0.3 }; // prettier-ignore

/** E[x_0 | x_t] of a mixture. */
function mixtureDenoiser({ means, deviation }: Mixture, schedule: NoiseSchedule): Denoiser {
  const centres = tf.keep(tf.tensor2d(means.map((mean) => [...mean])));
  const tables = (['alpha', 'sigma'] as const).map((name) =>
    tf.keep(tf.tensor1d(Array.from(schedule.alphaBar, (a) => Math.sqrt(name === 'alpha' ? a : 1 - a)))),
  );
  const apply = (x: tf.Tensor, { timesteps }: ApplyOptions = {}): tf.Tensor => {
    const [alpha, sigma] = tables.map((table) => tf.reshape(tf.gather(table, timesteps!), [-1, 1, 1])) as [
      tf.Tensor,
      tf.Tensor,
    ];
    const variance = tf.add(tf.mul(tf.square(alpha), deviation ** 2), tf.square(sigma));
    const from = tf.sub(tf.expandDims(x, 1), tf.mul(alpha, centres));
    const logits = tf.div(tf.sum(tf.square(from), 2, true), tf.mul(-2, variance));
    const shares = tf.exp(tf.sub(logits, tf.logSumExp(logits, 1, true)));
    const estimates = tf.add(centres, tf.div(tf.mul(tf.mul(alpha, deviation ** 2), from), variance));
    return tf.sum(tf.mul(shares, estimates), 1);
  };
  return createDenoiser({ variables: [], dispose: () => undefined, apply }, { schedule, predicts: predictSample });
}

/** log p of one example in float64. */
function mixtureLogDensity({ means, deviation }: Mixture, x: readonly number[]): number {
  const parts = means.map((mean) =>
    mean.reduce(
      (sum, center, i) => sum - ((x[i]! - center) / deviation) ** 2 / 2 - Math.log(deviation * Math.sqrt(2 * Math.PI)),
      0,
    ),
  );
  const most = Math.max(...parts);
  return most + Math.log(parts.reduce((sum, part) => sum + Math.exp(part - most), 0) / means.length);
}

/** Examples of the mixture, as rows. */
function drawMixture({ means, deviation }: Mixture, count: number, seed: number): tf.Tensor2D {
  const noise = createRandom(seed).normal([count, means[0]!.length]);
  const rows = Array.from({ length: count }, (_, i) => [...means[i % means.length]!]);
  return tf.add(tf.tensor2d(rows), tf.mul(deviation, noise));
}

async function mixtureErrors(schedule: NoiseSchedule, steps: number): Promise<number[]> {
  const x = drawMixture(MIXTURE, 40, 1);
  const { nats } = await logDensity(mixtureDenoiser(MIXTURE, schedule), x, { steps, exact: true });
  const [found, rows] = [await read(nats), await x.array()];
  return rows.map((row, i) => found[i]! - mixtureLogDensity(MIXTURE, row));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));

describe('an exact denoiser has the log-density of its data', () => {
  test.each([
    ['cosine', cosineSchedule({ steps: 1000 })],
    ['cosine of 200 steps', cosineSchedule({ steps: 200 })],
    ['flow, which ends in noise alone', flowSchedule({ steps: 1000 })],
  ])('normal, %s', async (_, schedule) => {
    const data = { mean: 0.3, variance: 0.25 };
    const x = tf.tensor2d([[0.3, -0.8], [1.2, 0], [0, 0.9]]); // prettier-ignore
    const result = await logDensity(exactDenoiser(data, schedule), x, { exact: true });
    const [nats, rows] = [await read(result.nats), await x.array()];
    const deviation = Math.sqrt(data.variance);
    const expected = rows.map((row) => mixtureLogDensity({ means: [[data.mean, data.mean]], deviation }, row));
    expect(largest(expected.map((value, i) => nats[i]! - value))).toBeLessThan(1e-3);
    expect(result.bitsPerDimension).toBeCloseTo(-mean(expected) / 2 / Math.LN2, 3);
    expect([...(await read(result.standardError))]).toEqual([0, 0, 0]);
  });

  test('a mixture, with an error that falls at least with the square of the number of steps', async () => {
    const schedule = flowSchedule({ steps: 1000 });
    const errors = [await mixtureErrors(schedule, 25), await mixtureErrors(schedule, 100)] as const;
    expect(Math.abs(mean(errors[1]))).toBeLessThan(1e-3);
    expect(largest(errors[1])).toBeLessThan(3e-3);
    expect(largest(errors[0]) / largest(errors[1])).toBeGreaterThan(4 ** 2);
  });
});

describe('probes', () => {
  test('estimate the exact divergence without bias, and their standard errors cover it', async () => {
    const denoiser = mixtureDenoiser(MIXTURE, flowSchedule({ steps: 200 }));
    const x = tf.tile(tf.tensor2d([[0.1, 0.2, 0.1]]), [500, 1]);
    const options = { steps: 10, random: createRandom(7), probes: 16 };
    const { nats, standardError } = await logDensity(denoiser, x, options);
    const exact = await logDensity(denoiser, tf.slice(x, 0, 1), { steps: 10, exact: true });
    const [values, errors, [truth]] = [await read(nats), await read(standardError), await read(exact.nats)];
    const scores = Array.from(values, (value, i) => Math.abs(value - truth!) / errors[i]!);
    // Student's t with 15 degrees of freedom
    for (const [level, bound] of [
      [0.5, 0.691],
      [0.8, 1.341],
      [0.95, 2.131],
    ] as const)
      // prettier-ignore
      expect(Math.abs(scores.filter((score) => score < bound).length / 500 - level)).toBeLessThan(
        4 * Math.sqrt((level * (1 - level)) / 500) + 0.02,
      );
    const spread = Math.sqrt(mean([...errors].map((error) => error ** 2)) / 500);
    expect(Math.abs(mean([...values]) - truth!) / spread).toBeLessThan(4);
  });

  test('a single one has no standard error', async () => {
    const denoiser = exactDenoiser({ mean: 0, variance: 1 }, cosineSchedule({ steps: 20 }));
    const { standardError } = await logDensity(denoiser, tf.zeros([2, 2]), { steps: 3, probes: 1, random: createRandom(1) }); // prettier-ignore
    expect([...(await read(standardError))]).toEqual([NaN, NaN]);
  });
});

test('it is at least the variational bound of an exact denoiser', async () => {
  const schedule = cosineSchedule({ steps: 100 });
  const denoiser = mixtureDenoiser(MIXTURE, schedule);
  const x = drawMixture(MIXTURE, 200, 2);
  const { nats } = await logDensity(denoiser, x, { steps: 50, exact: true });
  const bound = await variationalBound(denoiser, x, { random: createRandom(3) });
  expect(mean([...(await read(nats))])).toBeGreaterThan(bound.nats - 3 * bound.standardError);
});

test('levels that are spread have nearly the density times the width of a level', async () => {
  const data = { mean: 0, variance: 0.1 };
  const denoiser = exactDenoiser(data, cosineSchedule({ steps: 200 }));
  const x = tf.tensor2d([[0.2, -0.4], [0, 0.6]]); // prettier-ignore
  const density = await logDensity(denoiser, x, { exact: true });
  const options = { exact: true, random: createRandom(2), dequantize: 'uniform', levels: 101 } as const;
  const spread = await logDensity(denoiser, x, options);
  const difference = await read(tf.sub(spread.nats, density.nats));
  expect(largest([...difference].map((one) => one - 2 * Math.log(0.02)))).toBeLessThan(0.2);
  await expect(logDensity(denoiser, tf.fill([1, 2], 2), options)).rejects.toThrow(/`x` must lie within \[-1, 1\]/);
});

test('a wrapper of the denoiser and the option of its name are the same', async () => {
  const network = denoisingMlp({ size: 2, width: 8, random: createRandom(4) });
  const denoiser = createDenoiser(network, { schedule: linearSchedule({ steps: 20 }), predicts: predictVelocity });
  const [x, clip] = [tf.zeros([3, 2]), [-0.1, 0.1] as const];
  const wrapped = await logDensity(withClip(denoiser, { clip }), x, { steps: 5, exact: true });
  const [plain, option] = [await logDensity(denoiser, x, { steps: 5, exact: true }), await logDensity(denoiser, x, { steps: 5, exact: true, clip })]; // prettier-ignore
  expect(await read(option.nats)).toEqual(await read(wrapped.nats));
  expect(await read(option.nats)).not.toEqual(await read(plain.nats));
});

describe('it refuses', () => {
  const denoiser = () => exactDenoiser({ mean: 0, variance: 1 }, cosineSchedule({ steps: 20 }), predictVelocity, false);

  test.each([
    ['probes without a stream', { steps: 3 }, /logDensity: `random`/],
    ['noise of levels without a stream', { steps: 3, exact: true, dequantize: 'uniform' }, /logDensity: `random`/],
    ['a single timestep', { steps: 1, exact: true }, /logDensity: `steps` must be an integer of at least 2/],
    ['another word', { exact: true, dequantize: 'normal' }, /logDensity: `dequantize`/],
  ])('%s', async (_, options, sentence) => {
    await expect(logDensity(denoiser(), tf.zeros([2, 2]), options as never)).rejects.toThrow(sentence);
  });

  test('a denoiser without a gradient, and one with NaN', async () => {
    const options = { steps: 3, exact: true };
    const stepwise = { ...denoiser(), estimate: (xt: tf.Tensor) => ({ sample: tf.zeros(xt.shape), noise: xt }) };
    await expect(logDensity(stepwise, tf.zeros([2, 2]), options)).rejects.toThrow(/must be differentiable in xt/);
    await expect(logDensity(ruinedDenoiser(cosineSchedule({ steps: 20 })), tf.zeros([2, 2]), options)).rejects.toThrow(/must give finite numbers/); // prettier-ignore
  });

  test('to go on once it is aborted, and nothing leaks', async () => {
    const made = denoiser();
    const x = tf.zeros([2, 2]);
    await checkNoLeaks(async () => {
      const aborted = { steps: 5, exact: true, signal: AbortSignal.abort(new Error('enough')) };
      await expect(logDensity(made, x, aborted)).rejects.toThrow('enough');
      const { nats, standardError } = await logDensity(made, x, { steps: 5, random: createRandom(1) });
      tf.dispose([nats, standardError]);
    });
  });
});
