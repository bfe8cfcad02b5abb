import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  cosineSchedule,
  createDenoiser,
  predictNoise,
  predictSample,
  predictVelocity,
  sampleDdim,
  type Denoiser,
  type PredictionTarget,
} from '../../../src/diffusion/index.js';
import { createRandom } from '../../../src/random/index.js';
import { expectClose, read, readKept } from '../../support/close.js';
import { bestEstimate, exactDenoiser, scales } from '../exact.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const schedule = cosineSchedule({ steps: 20 });
const variance = 0.25;

/** The best denoiser of N(condition, variance): the label itself is the mean, or the first number of a vector; -1 is N(-1, variance). */
function conditional(predicts: PredictionTarget): Denoiser & { readonly told: Promise<number[]>[] } {
  const told: Promise<number[]>[] = [];
  const table = Array.from({ length: schedule.steps }, (_, t) => scales(schedule, t));
  const pick = (of: (at: { alpha: number; sigma: number }) => number, timesteps: Tensor): Tensor =>
    tf.reshape(tf.gather(tf.tensor1d(table.map(of)), timesteps as tf.Tensor1D), [-1, 1]);
  const network = {
    variables: [],
    dispose: () => undefined,
    apply: (x: Tensor, options: { timesteps?: Tensor; condition?: Tensor } = {}) => {
      const condition = options.condition;
      if (condition !== undefined) told.push(readKept(condition));
      const mean = condition === undefined ? tf.zerosLike(x) : tf.reshape(tf.cast(condition, 'float32'), [-1, 1]);
      const t = options.timesteps!;
      const [alpha, sigma] = [pick((at) => at.alpha, t), pick((at) => at.sigma, t)];
      const spread = tf.sub(x, tf.mul(alpha, mean));
      const gain = pick(({ alpha: a, sigma: s }) => (a * variance) / (a ** 2 * variance + s ** 2), t);
      const sample = tf.add(mean, tf.mul(gain, spread));
      const noise = tf.div(tf.sub(x, tf.mul(alpha, sample)), sigma);
      const mixed = (i: 0 | 1): Tensor => pick(({ alpha: a, sigma: s }) => predicts.mix(a, s)[i], t);
      return tf.add(tf.mul(mixed(0), sample), tf.mul(mixed(1), noise));
    },
  };
  return { ...createDenoiser(network, { schedule, predicts }), told };
}

const labels = (): Tensor => tf.tensor1d([2, 0], 'int32');
const begin = () => ({ shape: [2, 1], random: createRandom(1), steps: 8 });

test.each([predictNoise, predictSample, predictVelocity])(
  'guidance commutes with the conversion of the target $name',
  async (target) => {
    const by = (predicts: PredictionTarget) =>
      sampleDdim(conditional(predicts), { ...begin(), condition: labels(), guidance: 2.5 });
    await expectClose(await by(target), await by(predictSample), { relative: 1e-3, absolute: 1e-3 });
  },
);

test('the first estimate is u + guidance (c - u), with u that of the label -1', async () => {
  const noise = await read(createRandom(1).normal([2, 1]));
  const { alpha, sigma } = scales(schedule, 19);
  const expected = [2, 0].map((label, i) => {
    const of = (mean: number): number => bestEstimate({ mean, variance }, noise[i]!, alpha, sigma);
    return of(-1) + 3 * (of(label) - of(-1));
  });
  const estimates: number[][] = [];
  const onStep = async ({ estimate }: { estimate: Tensor }) => void estimates.push([...(await estimate.data())]);
  await sampleDdim(conditional(predictVelocity), { ...begin(), condition: labels(), guidance: 3, onStep });
  await expectClose(estimates[0]!, expected, { relative: 1e-4, absolute: 1e-4 });
});

test('1 is neutral, to the last bit and at no cost; 0 calls the network without the condition', async () => {
  const calls = async (guidance: number | undefined) => {
    const denoiser = conditional(predictVelocity);
    const samples = await sampleDdim(denoiser, { ...begin(), condition: labels(), guidance });
    return { values: await read(samples), told: await Promise.all(denoiser.told) };
  };
  const [plain, neutral, none] = [await calls(undefined), await calls(1), await calls(0)];
  expect(neutral).toEqual(plain);
  expect(plain.told).toHaveLength(8);
  expect(plain.told[0]).toEqual([2, 0]);
  expect(none.told).toHaveLength(8);
  expect(none.told[0]).toEqual([-1, -1]);
});

test('a function of the signal-to-noise ratio guides only in an interval', async () => {
  const seen: number[] = [];
  const denoiser = conditional(predictVelocity);
  const guidance = (snr: number): number => {
    seen.push(snr);
    return snr > 0.5 ? 2 : 1;
  };
  await sampleDdim(denoiser, { ...begin(), condition: labels(), guidance });
  expect(seen).toHaveLength(8);
  const { alpha, sigma } = scales(schedule, 19);
  expect(seen[0]! / (alpha / sigma) ** 2).toBeCloseTo(1, 6);
  expect(denoiser.told).toHaveLength(8 + seen.filter((snr) => snr > 0.5).length);
});

test('a vector is replaced by zeros', async () => {
  const denoiser = conditional(predictVelocity);
  await sampleDdim(denoiser, { ...begin(), condition: tf.tensor2d([[1.5], [-0.5]]), guidance: 2 });
  expect(await Promise.all(denoiser.told.slice(0, 2))).toEqual([
    [1.5, -0.5],
    [0, 0],
  ]);
});

test('a guide takes the place of the unconditional estimate, and gets the condition', async () => {
  const noise = await read(createRandom(1).normal([2, 1]));
  const { alpha, sigma } = scales(schedule, 19);
  const weaker = exactDenoiser({ mean: 0.5, variance: 1 }, schedule, predictNoise);
  const estimates: number[][] = [];
  const onStep = async ({ estimate }: { estimate: Tensor }) => void estimates.push([...(await estimate.data())]);
  await sampleDdim(conditional(predictVelocity), {
    ...begin(),
    condition: labels(),
    guidance: 2,
    guide: weaker,
    onStep,
  });
  const expected = [2, 0].map((mean, i) => {
    const [strong, weak] = [
      { mean, variance },
      { mean: 0.5, variance: 1 },
    ].map((data) => bestEstimate(data, noise[i]!, alpha, sigma));
    return weak! + 2 * (strong! - weak!);
  });
  await expectClose(estimates[0]!, expected, { relative: 1e-3, absolute: 1e-3 });
  expect(Array.from((await weaker.conditions[0])!)).toEqual([2, 0]);
  // without a condition there can be a guide as well
  await sampleDdim(exactDenoiser({ mean: 0, variance }, schedule), { ...begin(), guidance: 1.5, guide: weaker });
});
