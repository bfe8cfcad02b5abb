import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  cosineSchedule,
  createDenoiser,
  flowSchedule,
  predictSample,
  sampleDdim,
  withGuidance,
  type Denoiser,
  type NoiseSchedule,
  type WithGuidanceOptions,
} from '../../src/diffusion/index.js';
import { createRandom } from '../../src/random/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { expectClose, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';
import { scales } from './exact.js';

inScope();

const [SIZE, NUMBERS] = [3, 4];
const shape = [SIZE, 2, 2];
const random = createRandom(4);

/** A denoiser whose estimates with and without the condition are these, whatever x_t is. */
function denoiserOf(schedule: NoiseSchedule, [c, u]: readonly [Tensor, Tensor]): Denoiser {
  const apply = (_: Tensor, { condition }: { condition?: Tensor | undefined } = {}): Tensor => {
    const has = tf.reshape(tf.cast(tf.greaterEqual(condition!, 0), 'float32'), [-1, 1, 1]);
    return tf.add(tf.mul(has, c), tf.mul(tf.sub(1, has), u));
  };
  return createDenoiser({ apply, variables: [], dispose: () => undefined }, { schedule, predicts: predictSample });
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

/** The guided estimate of one example in float64, by the formulas of the two papers. */
function reference(
  [c, u, xt]: readonly [number[], number[], number[]],
  { alpha, sigma }: { readonly alpha: number; readonly sigma: number },
  { guidance = 1, project, rescale }: WithGuidanceOptions,
): number[] {
  const w = guidance as number;
  // equations 5 to 7 of CFG-Zero*: velocities of the flow, noise - x
  const velocity = (x: readonly number[]): number[] => x.map((one, i) => (xt[i]! - alpha * one) / sigma - one);
  const [ofC, ofU] = [velocity(c), velocity(u)];
  const s = rescale ? dot(ofC, ofU) / dot(ofU, ofU) : 1;
  const none = ofU.map((v, i) => (xt[i]! / sigma - s * v) / (1 + alpha / sigma));
  // algorithm 1 of APG without momentum: its scale is w - 1 from c on
  let difference = c.map((one, i) => one - none[i]!);
  const { along = 1, norm = Infinity } = project ?? {};
  difference = difference.map((one) => one * Math.min(1, norm / Math.sqrt(dot(difference, difference))));
  const parallel = c.map((one) => (one * dot(difference, c)) / dot(c, c));
  return c.map((one, i) => one + (w - 1) * (difference[i]! - parallel[i]! + along * parallel[i]!));
}

const settings: readonly (readonly [string, WithGuidanceOptions])[] = [
  ['no part along the estimate', { guidance: 3, project: { along: 0 } }],
  ['half of the part along the estimate', { guidance: 1.5, project: { along: 0.5 } }],
  ['a limited norm', { guidance: 3, project: { along: 1, norm: 1.5 } }],
  ['both', { guidance: 3, project: { along: -0.25, norm: 1.5 } }],
  ['rescaling', { guidance: 3, rescale: true }],
  ['rescaling, then projection', { guidance: 3, rescale: true, project: { along: 0, norm: 1 } }],
  ['no condition at all', { guidance: 0, rescale: true, project: { along: 0 } }],
];

test.each(settings)('The estimate is that of float64: %s.', async (_, options) => {
  for (const schedule of [cosineSchedule({ steps: 20 }), flowSchedule({ steps: 20 })]) {
    const [c, u, xt] = [random.normal(shape), random.normal(shape), random.normal(shape)];
    const guided = withGuidance(denoiserOf(schedule, [c, u]), options);
    const condition = tf.zeros([SIZE], 'int32');
    const list = [3, 19, 0];
    const timesteps = tf.tensor1d(list, 'int32');
    const { sample } = guided.estimate(xt, timesteps, { condition });
    const [ofC, ofU, ofXt] = await Promise.all([c, u, xt].map(read));
    const rows = (numbers: number[], i: number): number[] => numbers.slice(NUMBERS * i, NUMBERS * (i + 1));
    const expected = list.flatMap((t, i) =>
      reference([rows(ofC!, i), rows(ofU!, i), rows(ofXt!, i)], scales(schedule, t), options),
    );
    await expectClose(sample, expected, { absolute: 1e-4 });
  }
});

test('Without an effect, options cost nothing and change no bit.', async () => {
  const [c, u] = [random.normal(shape), random.normal(shape)];
  const denoiser = denoiserOf(cosineSchedule({ steps: 20 }), [c, u]);
  const condition = tf.zeros([SIZE], 'int32');
  const sample = async (options: WithGuidanceOptions): Promise<number[]> =>
    read(await sampleDdim(withGuidance(denoiser, options), { shape, steps: 4, random: createRandom(2), condition }));
  const plain = await read(await sampleDdim(denoiser, { shape, steps: 4, random: createRandom(2), condition, guidance: 2 })); // prettier-ignore
  const neutral: WithGuidanceOptions[] = [
    {},
    { project: { along: 1 } },
    { project: { along: 1, norm: Infinity }, rescale: false },
    { project: undefined, rescale: undefined },
  ];
  for (const options of neutral) expect(await sample({ guidance: 2, ...options })).toEqual(plain);
  expect(withGuidance(denoiser, { guidance: 1, project: { along: 0 } })).toBe(denoiser);
  expect(await sample({ guidance: () => 1, project: { along: 0 }, rescale: true })).toEqual(
    await sample({ guidance: 1 }),
  );
});

test('Equal estimates, and estimates of 0, stay finite and as they are.', async () => {
  const x = random.normal(shape);
  const condition = tf.zeros([SIZE], 'int32');
  const timesteps = tf.tensor1d([5, 5, 5], 'int32');
  for (const c of [x, tf.zerosLike(x)]) {
    const guided = withGuidance(denoiserOf(cosineSchedule({ steps: 20 }), [c, c]), {
      guidance: 4,
      rescale: true,
      project: { along: 0, norm: 2 },
    });
    for (const xt of [x, tf.zerosLike(x)]) {
      await expectClose(guided.estimate(xt, timesteps, { condition }).sample, await read(c), { absolute: 1e-5 });
    }
    await checkNoLeaks(() => tf.dispose({ ...guided.estimate(x, timesteps, { condition }) }));
  }
});

test('Mistakes are named.', () => {
  const denoiser = denoiserOf(cosineSchedule({ steps: 20 }), [tf.zeros(shape), tf.zeros(shape)]);
  const guide = (options: object) => () => withGuidance(denoiser, options);
  expect(guide({ project: 0 })).toThrow('withGuidance: `project` must be an object with the keys along, norm');
  expect(guide({ project: {} })).toThrow('withGuidance: `project.along`');
  expect(guide({ project: { along: 0, norm: 0 } })).toThrow('withGuidance: `project.norm` must be');
  expect(guide({ project: { along: NaN } })).toThrow('withGuidance: `project.along`');
  expect(guide({ rescale: 1 })).toThrow('withGuidance: `rescale` must be');
});
