import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  cosineSchedule,
  createDenoiser,
  createDiffusionTrainer,
  flowSchedule,
  linearSchedule,
  logNormalTimesteps,
  minSnrWeighting,
  predictFlow,
  predictNoise,
  predictVelocity,
  sigmoidWeighting,
  type NoiseSchedule,
  type PredictionTarget,
  type Weighting,
} from '../../src/diffusion/index.js';
import type { ApplyOptions, Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { createAdam, readMetrics } from '../../src/training/index.js';
import { scales } from './exact.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** A trainer of a network that predicts of noise alone, x_t = sigma noise, that noise plus 1: each error of the noise is 1. */
function trainerOf(
  schedule: NoiseSchedule,
  weighting: Weighting,
  list?: Int32Array,
  predicts: PredictionTarget = predictNoise,
) {
  const zero = tf.variable(tf.scalar(0));
  const lines = Array.from({ length: schedule.steps }, (_, t) => {
    const { alpha, sigma } = scales(schedule, t);
    const [c, d] = predicts.mix(alpha, sigma);
    // y = c x_0 + d noise, where an error of 1 in the noise is one of -sigma / alpha in x_0; of 1 in x_0 at alphaBar 0
    return { slope: d / sigma, shift: alpha === 0 ? c : d - (c * sigma) / alpha };
  });
  const network: Network = {
    variables: [zero],
    dispose: () => zero.dispose(),
    apply: (x: tf.Tensor, { timesteps }: ApplyOptions = {}) => {
      const [slope, shift] = (['slope', 'shift'] as const).map((key) =>
        tf.reshape(tf.gather(tf.tensor1d(lines.map((line) => line[key])), timesteps as tf.Tensor1D), [-1, 1]),
      ) as [tf.Tensor, tf.Tensor];
      return tf.add(tf.add(tf.mul(slope, x), shift), zero);
    },
  };
  const denoiser = createDenoiser(network, { schedule, predicts });
  const options = { optimizer: createAdam({ learningRate: 0.1 }), random: createRandom(1) };
  return createDiffusionTrainer({ denoiser, weighting, timesteps: list, ...options });
}

/** The loss of one batch that has each entry of the list once. */
async function lossOf(...parameters: Parameters<typeof trainerOf>): Promise<number> {
  const [{ steps }, , list] = parameters;
  const { loss } = await readMetrics(trainerOf(...parameters).evaluate(tf.zeros([list?.length ?? steps, 1])));
  return loss;
}

const cosine = cosineSchedule({ steps: 1000 });
const linear = linearSchedule({ steps: 1000 });
const flow: NoiseSchedule = { steps: 999, alphaBar: flowSchedule({ steps: 1000 }).alphaBar.subarray(0, 999) };
const logSnr = ({ alphaBar }: NoiseSchedule, t: number): number => Math.log(alphaBar[t]! / (1 - alphaBar[t]!));

describe('the sigmoid weighting', () => {
  /** The integral of sigmoid(bias - log snr) over log snr, between two timesteps. */
  const integral = (bias: number, schedule: NoiseSchedule, from: number, to: number): number => {
    const softplus = (at: number): number => Math.log1p(Math.exp(bias - logSnr(schedule, at)));
    return softplus(to) - softplus(from);
  };
  const tables = [
    ['cosine', cosine],
    ['linear', linear],
    ['flow', flow],
  ] as const;

  test.each(tables)(
    'is that of its paper per unit of log snr on the %s table, by any list of timesteps',
    async (_, table) => {
      const last = table.steps - 1;
      const some = Int32Array.from({ length: 300 }, (__, k) => 200 + Math.floor(k ** 1.05));
      for (const bias of [-1, 2]) {
        const whole = integral(bias, table, 0, last);
        expect((await lossOf(table, sigmoidWeighting({ bias }))) / whole).toBeCloseTo(1, 2);
        expect((await lossOf(table, sigmoidWeighting({ bias }), logNormalTimesteps(table))) / whole).toBeCloseTo(1, 2);
        const part = integral(bias, table, 200, some.at(-1)!);
        expect((await lossOf(table, sigmoidWeighting({ bias }), some)) / part).toBeCloseTo(1, 2);
      }
    },
  );

  test('weights the error of the noise for every target', async () => {
    const byNoise = await lossOf(linear, sigmoidWeighting());
    for (const target of [predictVelocity, predictFlow])
      expect((await lossOf(linear, sigmoidWeighting(), undefined, target)) / byNoise).toBeCloseTo(1, 3);
  });

  test('decreases in log snr, and has the density 1 when called by hand', () => {
    const weights = [0.01, 0.1, 1, 10, 100].map((snr) => sigmoidWeighting({ bias: 1 })(snr) / snr);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
    expect(sigmoidWeighting()(3, 0.5)).toBe(2 * sigmoidWeighting()(3));
  });
});

test('a custom weighting gets the density of the draws, whose integral over log snr is 1', async () => {
  for (const list of [undefined, logNormalTimesteps(cosine), Int32Array.of(10, 500, 10)]) {
    // the loss of weight 1 / density on |noise - predictedNoise|^2 is the range of log snr
    const range = logSnr(cosine, list?.[0] ?? 0) - logSnr(cosine, list === undefined || list.length > 3 ? 999 : 500);
    expect((await lossOf(cosine, (snr, density) => snr / density!, list)) / range).toBeCloseTo(1, 3);
  }
});

test.each([
  ['min-SNR', minSnrWeighting()],
  ['sigmoid', sigmoidWeighting()],
  ['one that is the weight of the noise', (snr: number) => snr],
])('at alphaBar 0 the weighting %s leaves the first step of a sampler trained', async (_, weighting) => {
  const whole = flowSchedule({ steps: 20 });
  // the error of the estimate is 1 there
  const last = await lossOf(whole, weighting, Int32Array.of(19), predictVelocity);
  expect(last).toBeGreaterThan(0);
  const all = Int32Array.from({ length: 20 }, (__, t) => t);
  const without = await lossOf(whole, weighting, all.slice(0, 19), predictVelocity);
  expect(await lossOf(whole, weighting, all, predictVelocity)).not.toBeCloseTo((without * 19) / 20, 7);
});

test('weights that are negative, not finite or all 0 are refused by name', () => {
  const refused = (weighting: Weighting, schedule: NoiseSchedule = flowSchedule({ steps: 4 })) =>
    expect(() => trainerOf(schedule, weighting, undefined, predictVelocity));
  refused((snr) => snr - 1).toThrow(
    'createDiffusionTrainer: `weighting(0.111)` must be finite and at least 0; got -0.88888',
  );
  refused(() => NaN).toThrow('must be finite and at least 0; got NaN.');
  refused(() => Infinity).toThrow('must be finite and at least 0; got Infinity.');
  refused((() => '1') as never).toThrow(TypeError);
  refused(() => 0).toThrow(
    'createDiffusionTrainer: `weighting` must be above 0 at one of the timesteps; got 0 at all of them.',
  );
  // only what is trained on is asked for
  expect(() =>
    trainerOf(flowSchedule({ steps: 4 }), (snr) => snr - 1, Int32Array.of(0), predictVelocity),
  ).not.toThrow();
});

test('a weight of 1 / snr is finite at alphaBar 0', async () => {
  expect(await lossOf(flowSchedule({ steps: 4 }), (snr) => 1 / snr, undefined, predictVelocity)).toBeLessThan(1e3);
});
