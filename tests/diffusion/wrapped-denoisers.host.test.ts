import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  cosineSchedule,
  createDenoiser,
  flowSchedule,
  heunSolver,
  invertDdim,
  predictVelocity,
  sampleDdim,
  sampleDdpm,
  sampleDiffusion,
  variationalBound,
  withClip,
  withGuidance,
  withPredict,
  type Denoiser,
  type NoiseSchedule,
} from '../../src/diffusion/index.js';
import { createRandom } from '../../src/random/index.js';
import { samplers } from '../contract/samplers.js';
import { checkNoLeaks } from '../support/checks.js';
import { expectClose, read } from '../support/close.js';
import { exactDenoiser, scales, type GaussianData } from './exact.js';
import { inScope } from '../support/in-scope.js';

inScope();

const cosine = cosineSchedule({ steps: 20 });
const flow = flowSchedule({ steps: 20 });
const data: GaussianData = { mean: 0.4, variance: 0.25 };
const other: GaussianData = { mean: -0.6, variance: 0.5 };
const known = () => ({ x: tf.tensor2d([[0.3, 0]]), mask: tf.tensor2d([[1, 0]]), repeats: 2 });

/** All that asks a denoiser: what it gives for the noise of one seed. */
const askers: readonly (readonly [string, (denoiser: Denoiser) => Promise<Tensor>])[] = [
  ...samplers.map(({ name, sample }) => [name, (denoiser: Denoiser) => sample(denoiser, begin())] as const),
  ['sampleDdim with eta', (denoiser) => sampleDdim(denoiser, { ...begin(), eta: 0.5 })],
  ['sampleDiffusion', (denoiser) => sampleDiffusion(denoiser, heunSolver, begin())],
  ['a known region', (denoiser) => sampleDdpm(denoiser, { ...begin(), known: known() })],
  [
    'guidance without the condition',
    (denoiser) => sampleDdim(denoiser, { ...begin(), condition: labels(), guidance: 0 }),
  ],
  ['guidance', (denoiser) => sampleDdim(denoiser, { ...begin(), condition: labels(), guidance: 2.5 })],
  [
    'a guide',
    (denoiser) => sampleDdim(exactDenoiser(data, denoiser.schedule), { ...begin(), guidance: 0, guide: denoiser }),
  ],
  ['invertDdim', (denoiser) => invertDdim(denoiser, tf.tensor2d([[1, -0.3]]), { steps: 5 })],
  ['variationalBound', (denoiser) => boundOf(denoiser)],
  ['variationalBound at some timesteps', (denoiser) => boundOf(denoiser, 4)],
];
const begin = () => ({ shape: [3, 2], steps: 5, random: createRandom(1) });
const labels = (): Tensor => tf.tensor1d([2, 0, 1], 'int32');
const boundOf = async (denoiser: Denoiser, calls?: number): Promise<Tensor> => {
  const { nats } = await variationalBound(denoiser, tf.tensor2d([[0.7, -0.1], [0.2, 0.5]]), { random: createRandom(2), calls }); // prettier-ignore
  return tf.tensor1d([nats]);
};

/** A denoiser with this estimate, whose network predicts the velocity, as consistency models must: what a wrapped one must agree with. */
const estimating = (schedule: NoiseSchedule, estimate: (xt: Tensor, timesteps: Tensor) => Tensor): Denoiser =>
  createDenoiser(
    {
      apply: (xt, { timesteps } = {}) => {
        const at = (name: 'alpha' | 'sigma'): Tensor => {
          const table = Array.from({ length: schedule.steps }, (_, t) => scales(schedule, t)[name]);
          return tf.reshape(tf.gather(tf.tensor1d(table), timesteps as tf.Tensor1D), [-1, 1]);
        };
        const [alpha, sigma, sample] = [at('alpha'), at('sigma'), estimate(xt, timesteps!)];
        const noise = tf.div(tf.sub(xt, tf.mul(alpha, sample)), sigma);
        return tf.sub(tf.mul(alpha, noise), tf.mul(sigma, sample));
      },
      variables: [],
      dispose: () => undefined,
    },
    { schedule, predicts: predictVelocity },
  );

/** Ideas of a user's own, as wrappers of a denoiser by its `estimate` alone; and the same in closed form. */
const ideas: Record<string, (schedule: NoiseSchedule) => readonly [wrapped: Denoiser, closed: Denoiser]> = {
  clipping: (schedule) => {
    const denoiser = exactDenoiser(data, schedule);
    const clip = (sample: Tensor): Tensor => tf.clipByValue(sample, 0.3, 0.45);
    const estimate: Denoiser['estimate'] = (...given) => {
      const { sample, noise } = denoiser.estimate(...given);
      return { sample: clip(sample), noise };
    };
    return [
      { ...denoiser, estimate },
      estimating(schedule, (xt, timesteps) => clip(denoiser.estimate(xt, timesteps).sample)),
    ];
  },
  'the mean of two': (schedule) => {
    const [one, two] = [exactDenoiser(data, schedule), exactDenoiser(other, schedule)];
    const mean = (a: Tensor, b: Tensor): Tensor => tf.mul(0.5, tf.add(a, b));
    const estimate: Denoiser['estimate'] = (...given) => {
      const [a, b] = [one.estimate(...given), two.estimate(...given)];
      return { sample: mean(a.sample, b.sample), noise: mean(a.noise, b.noise) };
    };
    return [
      { ...one, estimate },
      estimating(schedule, (xt, timesteps) =>
        mean(one.estimate(xt, timesteps).sample, two.estimate(xt, timesteps).sample),
      ),
    ];
  },
  // y = x_0 + N(0, 1/2) is observed: the estimate moves by sigma^2 / alpha times the gradient of log p(y | x_t), to that of x_0 given y
  'a classifier’s gradient': (schedule) => {
    const [y, error] = [1.2, 0.5];
    const denoiser = exactDenoiser(data, schedule);
    const table = (of: (alpha: number, sigma: number) => number): Tensor =>
      tf.tensor1d(
        Array.from({ length: schedule.steps }, (_, t) => of(scales(schedule, t).alpha, scales(schedule, t).sigma)),
      );
    const at = (of: (alpha: number, sigma: number) => number, timesteps: Tensor): Tensor =>
      tf.reshape(tf.gather(table(of), timesteps), [-1, 1]);
    const estimate: Denoiser['estimate'] = (xt, timesteps, options) => {
      const { sample, noise } = denoiser.estimate(xt, timesteps, options);
      const spread = (alpha: number, sigma: number): number => alpha ** 2 * data.variance + sigma ** 2;
      const left = at((alpha, sigma) => (data.variance * sigma ** 2) / spread(alpha, sigma) + error, timesteps);
      const gradient = tf.grad((x: Tensor) => {
        const best = denoiser.estimate(x, timesteps).sample;
        return tf.sum(tf.div(tf.square(tf.sub(best, y)), tf.mul(-2, left)));
      })(xt);
      // the gradient has a factor alpha, which is 0 at the end of the flow
      const scale = at((alpha, sigma) => (alpha === 0 ? 0 : sigma ** 2 / alpha), timesteps);
      return { sample: tf.add(sample, tf.mul(scale, gradient)), noise };
    };
    const variance = 1 / (1 / data.variance + 1 / error);
    const mean = variance * (data.mean / data.variance + y / error);
    return [{ ...denoiser, estimate }, exactDenoiser({ mean, variance }, schedule)];
  },
};

describe.each(Object.entries(ideas))('a denoiser wrapped by %s', (name, idea) => {
  test.each(askers)('is the one that is called: %s', async (asker, ask) => {
    for (const schedule of [cosine, flow]) {
      // pure noise, at the flow's end, does not say how its gradient moves the estimate
      if (name === 'a classifier’s gradient' && schedule === flow) continue;
      const [wrapped, closed] = idea(schedule);
      await expectClose(await ask(wrapped), await ask(closed), { relative: 2e-4, absolute: 2e-4 });
      const plain = asker === 'a guide' ? exactDenoiser(other, schedule) : exactDenoiser(data, schedule);
      const [changed, unchanged] = [await read(await ask(wrapped)), await read(await ask(plain))];
      expect(Math.max(...changed.map((value, i) => Math.abs(value - unchanged[i]!)))).toBeGreaterThan(0.01);
    }
  });
});

describe('samplers call `estimate`', () => {
  test('which is made from `predict`, also from another', async () => {
    const denoiser = exactDenoiser(data, cosine);
    const changed = withPredict(denoiser, exactDenoiser(other, cosine).predict);
    for (const [, ask] of askers) await expectClose(await ask(changed), await ask(exactDenoiser(other, cosine)), { relative: 1e-5, absolute: 1e-5 }); // prettier-ignore
    const [xt, t] = [tf.tensor2d([[0.5], [1]]), tf.tensor1d([3, 17], 'int32')];
    await expectClose(changed.estimate(xt, t).noise, exactDenoiser(other, cosine).estimate(xt, t).noise);
    const wrapped: Denoiser = { ...changed, estimate: (...given) => changed.estimate(...given) };
    await expectClose(await sampleDdim(wrapped, begin()), await sampleDdim(changed, begin()));
  });

  test('also if both are replaced: `predict` is not called then', async () => {
    const denoiser = exactDenoiser(data, cosine);
    const fail = (): never => {
      throw new Error('predict was asked');
    };
    const estimate: Denoiser['estimate'] = (...given) => denoiser.estimate(...given);
    await expect(sampleDdim(withPredict(denoiser, fail), begin())).rejects.toThrow('predict was asked');
    await expectClose(await sampleDdim({ ...denoiser, predict: fail, estimate }, begin()), await sampleDdim(denoiser, begin())); // prettier-ignore
  });

  test('and works on its own', async () => {
    const { estimate } = exactDenoiser(data, cosine);
    const [xt, t] = [tf.tensor2d([[0.5], [1]]), tf.tensor1d([3, 17], 'int32')];
    await expectClose(estimate(xt, t).sample, exactDenoiser(data, cosine).estimate(xt, t).sample);
  });

  test('and its sample is all that is read, and is never disposed for its owner', async () => {
    const point = tf.tensor2d([[1, 2], [3, 4], [5, 6]]); // prettier-ignore
    const denoiser = exactDenoiser(data, cosine, predictVelocity, false);
    const wrapped: Denoiser = { ...denoiser, estimate: () => ({ sample: point, noise: tf.zeros([3, 2]) }) };
    for (const { sample } of samplers) {
      await checkNoLeaks(() => sample(wrapped, begin()));
      await expectClose(await sample(wrapped, begin()), point, { relative: 1e-6 });
    }
  });

  test('and an invalid estimate is rejected by name', async () => {
    const denoiser = exactDenoiser(data, cosine);
    const sampled = (estimate: unknown) => expect(sampleDdim({ ...denoiser, estimate } as never, begin())).rejects;
    await sampled(undefined).toThrow('sampleDdim: `denoiser.estimate` must be a function; got undefined.');
    await sampled((xt: Tensor) => xt).toThrow(
      'sampleDdim: `denoiser.estimate(...).sample` must be a tensor, not disposed; got undefined.',
    );
    await sampled(() => ({ sample: tf.zeros([3, 1]) })).toThrow(
      'sampleDdim: `denoiser.estimate(...).sample` must have shape [3, 2]; got [3, 1]. It must match `xt`.',
    );
    expect(denoiser.seen).toHaveLength(0);
  });
});

describe('the wrappers of the library', () => {
  const weaker = exactDenoiser(other, cosine, predictVelocity, false);
  const clip = [-0.2, 0.5] as const;

  test.each([
    ['clip', { clip }, (denoiser: Denoiser) => withClip(denoiser, { clip })],
    ['guidance', { guidance: 2.5 }, (denoiser: Denoiser) => withGuidance(denoiser, { guidance: 2.5 })],
    [
      'a guide',
      { guidance: 1.5, guide: weaker },
      (denoiser: Denoiser) => withGuidance(denoiser, { guidance: 1.5, guide: weaker }),
    ],
    [
      'guidance, then clip',
      { guidance: 2.5, clip },
      (denoiser: Denoiser) => withClip(withGuidance(denoiser, { guidance: 2.5 }), { clip }),
    ],
  ])('give the bits of the samplers’ options: %s', async (_, options, wrap) => {
    for (const { sample } of samplers) {
      const denoiser = exactDenoiser(data, cosine);
      const condition = labels();
      const wrapped = await sample(wrap(denoiser), { ...begin(), condition });
      expect(await read(wrapped)).toEqual(await read(await sample(denoiser, { ...begin(), condition, ...options })));
    }
  });

  test('combine in any order, over a user’s own', async () => {
    const denoiser = exactDenoiser(data, cosine);
    const shifted: Denoiser = {
      ...denoiser,
      estimate: (...given) => {
        const { sample, noise } = denoiser.estimate(...given);
        return { sample: tf.add(sample, 0.4), noise };
      },
    };
    const [xt, t] = [tf.tensor2d([[0.5], [1], [-2]]), tf.tensor1d([3, 17, 9], 'int32')];
    const [own, guide] = [await read(shifted.estimate(xt, t).sample), await read(weaker.estimate(xt, t).sample)];
    const limit = (value: number): number => Math.min(Math.max(value, clip[0]), clip[1]);
    const guided = { guidance: 3, guide: weaker };
    await expectClose(
      withClip(withGuidance(shifted, guided), { clip }).estimate(xt, t).sample,
      own.map((value, i) => limit(guide[i]! + 3 * (value - guide[i]!))),
    );
    await expectClose(
      withGuidance(withClip(shifted, { clip }), guided).estimate(xt, t).sample,
      own.map((value, i) => guide[i]! + 3 * (limit(value) - guide[i]!)),
    );
  });

  test('guide each example by its own signal-to-noise ratio', async () => {
    const denoiser = exactDenoiser(data, cosine);
    const [xt, t] = [tf.tensor2d([[0.5], [1], [-2]]), [3, 17, 9]];
    const guided = withGuidance(denoiser, { guidance: (snr) => Math.sqrt(snr), guide: weaker });
    const at = tf.tensor1d(t, 'int32');
    const [own, guide] = [await read(denoiser.estimate(xt, at).sample), await read(weaker.estimate(xt, at).sample)];
    await expectClose(
      guided.estimate(xt, at).sample,
      t.map((step, i) => {
        const { alpha, sigma } = scales(cosine, step);
        return guide[i]! + (alpha / sigma) * (own[i]! - guide[i]!);
      }),
    );
  });

  test('leave x_t the sum of both estimates, and no other tensor', async () => {
    const denoiser = withClip(withGuidance(exactDenoiser(data, cosine, predictVelocity, false), { guidance: 2, guide: weaker }), { clip }); // prettier-ignore
    const [xt, t] = [tf.tensor2d([[0.5], [1], [-2]]), tf.tensor1d([3, 17, 9], 'int32')];
    const { sample, noise } = denoiser.estimate(xt, t);
    const [data0, noise0] = [await read(sample), await read(noise)];
    await expectClose(
      xt,
      [3, 17, 9].map((step, i) => {
        const { alpha, sigma } = scales(cosine, step);
        return alpha * data0[i]! + sigma * noise0[i]!;
      }),
    );
    await checkNoLeaks(() => denoiser.estimate(xt, t));
  });

  test('are frozen, share what they wrap, and are it where they change nothing', () => {
    const denoiser = exactDenoiser(data, cosine);
    for (const wrapped of [withClip(denoiser, { clip }), withGuidance(denoiser, { guidance: 2 })]) {
      expect(Object.isFrozen(wrapped)).toBe(true);
      expect({ ...wrapped, estimate: undefined }).toEqual({ ...denoiser, estimate: undefined });
    }
    expect(withClip(denoiser, {})).toBe(denoiser);
    expect(withGuidance(denoiser, { guidance: 1 })).toBe(denoiser);
  });

  test('refuse what does not fit by name', () => {
    const denoiser = exactDenoiser(data, cosine);
    expect(() => withClip({} as never, { clip })).toThrow('withClip: `denoiser.predict` must be a function');
    expect(() => withClip(denoiser, { clip: [1, 1] })).toThrow(
      'withClip: `clip[1]` must be finite and above 1; got 1.',
    );
    expect(() => withClip(denoiser, { range: clip } as never)).toThrow(
      "withClip: `options` must be an object with the keys clip; got the key 'range'.",
    );
    expect(() => withGuidance(undefined as never, { guidance: 2 })).toThrow('withGuidance: `denoiser.predict` must be');
    expect(() => withGuidance(denoiser, { guidance: 2, guide: exactDenoiser(data, flow) })).toThrow(
      "withGuidance: `guide.schedule` must be the denoiser's; got another.",
    );
    const [xt, t] = [tf.tensor2d([[0.5]]), tf.tensor1d([3], 'int32')];
    expect(() => withGuidance(denoiser, { guidance: 2 }).estimate(xt, t)).toThrow(
      'withGuidance: `guidance` needs `condition` or `guide`; got neither.',
    );
    expect(() => withClip(denoiser, { clip }).estimate(xt, tf.tensor1d([3, 4], 'int32'))).toThrow(
      'estimate: `timesteps` must have shape [1]; got [2].',
    );
  });
});

test('a step of a sampler takes two sums of two: the estimate, without that of the noise, and the step; clipping takes one kernel more', async () => {
  const kernelsOf = async (denoiser: Denoiser, steps: number): Promise<string[]> => {
    const { kernels } = await tf.profile(async () => {
      await sampleDdim(denoiser, { ...begin(), steps });
      return tf.scalar(0);
    });
    return kernels.map(({ name }) => name);
  };
  const ofAStep = async (denoiser: Denoiser): Promise<Record<string, number>> => {
    const [two, three] = [await kernelsOf(denoiser, 2), await kernelsOf(denoiser, 3)];
    const names = ['Multiply', 'Add', 'ClipByValue', 'Identity', 'GatherV2'];
    const count = (all: string[], name: string): number => all.filter((one) => one === name).length;
    return Object.fromEntries(names.map((name) => [name, count(three, name) - count(two, name)]));
  };
  const apply = (xt: Tensor): Tensor => tf.relu(xt);
  const denoiser = createDenoiser(
    { apply, variables: [], dispose: () => undefined },
    { schedule: cosine, predicts: predictVelocity },
  );
  const step = { Multiply: 4, Add: 2, ClipByValue: 0, Identity: 0, GatherV2: 0 };
  expect(await ofAStep(denoiser)).toEqual(step);
  expect(await ofAStep(withClip(denoiser, { clip: [-1, 1] }))).toEqual({ ...step, ClipByValue: 1 });
});
