import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  flowSchedule,
  predictVelocity,
  sampleDpmSolver,
  withClip,
  withGradient,
  withGuidance,
  type Denoiser,
  type EstimatedAt,
  type NoiseSchedule,
} from '../../src/diffusion/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { expectClose, read } from '../support/close.js';
import { bestEstimate, evenLogSnr, exactDenoiser, exactFlow, scales, type GaussianData } from './exact.js';
import { inScope } from '../support/in-scope.js';

inScope();

// y = x_0 + N(0, error) is observed, of data N(mean, variance): what is known of x_0 then is Gaussian, too
const data: GaussianData = { mean: 0.4, variance: 0.25 };
const [y, error] = [1.2, 0.5];
const posterior: GaussianData = {
  mean: (data.mean / data.variance + y / error) / (1 / data.variance + 1 / error),
  variance: 1 / (1 / data.variance + 1 / error),
};
const schedule = evenLogSnr(40);
const [xs, at] = [
  [0.7, -1, 2],
  [3, 20, 39],
] as const;
const point = () => [tf.tensor2d([...xs], [3, 1]), tf.tensor1d([...at], 'int32')] as const;

/** The variance of x_0 given x_t. */
const left = (table: NoiseSchedule, t: number): number => {
  const { alpha, sigma } = scales(table, t);
  return (data.variance * sigma ** 2) / (alpha ** 2 * data.variance + sigma ** 2);
};

/** -log p(y | x_t) as a function of the estimate, but for a constant: y is N(estimate, left + error). */
const observed =
  (table = schedule) =>
  (estimate: Tensor, { timesteps }: EstimatedAt): Tensor => {
    const doubled = tf.tensor1d(Array.from({ length: table.steps }, (_, t) => 2 * (left(table, t) + error)));
    return tf.div(tf.sum(tf.square(tf.sub(estimate, y)), 1), tf.gather(doubled, timesteps));
  };
const exact = (table = schedule): Denoiser => exactDenoiser(data, table, predictVelocity, false);
/** With `estimateOnly`: the variance of x_0 given x_t as a multiple of sigma^2. */
const ofOne = (snr: number): number => data.variance / ((snr * data.variance + 1) / (snr + 1));

/** The same as a function of x_t itself, as a classifier of noised data has it. */
const ofNoised = (_: Tensor, { xt, timesteps }: EstimatedAt): Tensor => observed()(exact().estimate(xt, timesteps).sample, { xt, timesteps }); // prettier-ignore

const ways = [
  ['of the noised data', { loss: ofNoised }],
  ['through the network', { loss: observed() }],
  ['of the estimate alone', { loss: observed(), estimateOnly: true, scale: ofOne }],
] as const;

test.each(ways)('by the likelihood of an observation, the estimate is the mean given it: %s', async (_, options) => {
  const [xt, timesteps] = point();
  const expected = at.map((t, i) => {
    const { alpha, sigma } = scales(schedule, t);
    return bestEstimate(posterior, xs[i]!, alpha, sigma);
  });
  const guided = withGradient(exact(), options);
  await expectClose(guided.estimate(xt, timesteps).sample, expected, { relative: 1e-4, absolute: 1e-4 });
  await checkNoLeaks(() => guided.estimate(xt, timesteps));
  // the flow keeps a distance from the mean in standard deviations, so the samples have both moments
  const ends = await sampleDpmSolver(guided, { from: { x: xt, timestep: 39 }, steps: 40 });
  const flow = xs.map((x) => exactFlow(posterior, schedule, x, 39, -1));
  await expectClose(ends, flow, { absolute: 0.01 });
});

test('at alpha 0 the network has no slope, and nothing moves; the estimate alone moves by the whole gradient', async () => {
  const flow = flowSchedule({ steps: 20 });
  const xt = tf.tensor2d([[2]]);
  const sampleOf = (options: object) =>
    withGradient(exact(flow), { loss: observed(flow), ...options }).estimate(xt, tf.tensor1d([19], 'int32')).sample;
  await expectClose(sampleOf({}), [data.mean]);
  const slope = (y - data.mean) / (data.variance + error);
  await expectClose(sampleOf({ estimateOnly: true, scale: 0.5 }), [data.mean + slope / 2]);
});

test('it combines with the other wrappers in any order', async () => {
  const [xt, timesteps] = point();
  const of = (denoiser: Denoiser) => read(denoiser.estimate(xt, timesteps).sample);
  const pulled = (denoiser: Denoiser) => withGradient(denoiser, { loss: observed(), estimateOnly: true });
  const guided = (denoiser: Denoiser) => withGuidance(denoiser, { guidance: 2, guide: exact() });
  const clipped = (denoiser: Denoiser) => withClip(denoiser, { clip: [0, 0.5] });
  const limit = (value: number): number => Math.min(Math.max(value, 0), 0.5);
  const [plain, moved] = [await of(exact()), await of(pulled(exact()))];
  await expectClose(await of(clipped(pulled(exact()))), moved.map(limit));
  await expectClose(
    await of(guided(pulled(exact()))),
    moved.map((value, i) => 2 * value - plain[i]!),
  );
  const step = (x: number, t: number): number =>
    x + (scales(schedule, t).sigma ** 2 * (y - x)) / (left(schedule, t) + error);
  await expectClose(
    await of(pulled(clipped(exact()))),
    plain.map((value, i) => step(limit(value), at[i]!)),
  );
  // guidance of equal denoisers changes nothing, and its slope is theirs
  await expectClose(
    await of(withGradient(guided(exact()), { loss: observed() })),
    await of(withGradient(exact(), { loss: observed() })),
  );
});

test('a loss of another shape, or without a gradient, is rejected by name, and nothing leaks', async () => {
  const [xt, timesteps] = point();
  const rejects = async (loss: (estimate: Tensor) => Tensor, message: string, denoiser = exact()): Promise<void> => {
    const guided = withGradient(denoiser, { loss });
    await checkNoLeaks(() => {
      expect(() => guided.estimate(xt, timesteps)).toThrow(message);
    });
  };
  await rejects(tf.square, 'withGradient: `loss(...)` must have shape [3]; got [3, 1]. Sum over all axes but the first'); // prettier-ignore
  // one of its own, as files share an engine, and may register gradients for kernels that have none
  const kernel = { kernelName: 'WithoutGradient', backendName: tf.getBackend() };
  tf.registerKernel({ ...tf.getKernel('Identity', kernel.backendName), ...kernel });
  await rejects((estimate) => tf.sum(tf.engine().runKernel<Tensor>(kernel.kernelName, { x: estimate }), 1), 'withGradient: `loss` must be a differentiable function of the estimate; got one through WithoutGradient, which has no gradient.'); // prettier-ignore
  tf.unregisterKernel(kernel.kernelName, kernel.backendName);
  await rejects(() => tf.ones([3]), 'withGradient: `loss` must be a differentiable function of the estimate; got one without a gradient.'); // prettier-ignore
  const opaque = { ...exact(), estimate: (x: Tensor) => ({ sample: tf.ones(x.shape), noise: tf.clone(x) }) };
  await rejects((estimate) => tf.sum(estimate, 1), 'withGradient: `denoiser.estimate` must be differentiable in xt; got one without a gradient. Set estimateOnly: true', opaque); // prettier-ignore
});

test('where the scale is 0, the loss is not computed', async () => {
  let calls = 0;
  const loss = (estimate: Tensor): Tensor => {
    calls++;
    return tf.sum(estimate, 1);
  };
  const guided = withGradient(exact(), { loss, scale: (snr) => (snr > 1 ? 1 : 0) });
  await sampleDpmSolver(guided, { from: { x: point()[0], timestep: 39 }, steps: 8 });
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThan(8);
});
