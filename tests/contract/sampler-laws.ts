import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  consistencySolver,
  cosineSchedule,
  flowSchedule,
  predictSample,
  predictVelocity,
  sampleDiffusion,
  withPredict,
  type Denoiser,
  type DiffusionSolver,
  type SampleOptions,
  type SampleProgress,
} from '../../src/diffusion/index.js';
import { createRandom } from '../../src/random/index.js';
import { bestEstimate, evenLogSnr, exactDenoiser, exactFlow, ruinedDenoiser, scales } from '../diffusion/exact.js';
import { checkNoLeaks } from '../support/checks.js';
import { expectClose, read, readKept } from '../support/close.js';
import type { SamplerCase } from './samplers.js';

const data = { mean: 0.4, variance: 0.25 };
const cosine = cosineSchedule({ steps: 40 });
const loop = cosineSchedule({ steps: 20 });
const begin = (): SampleOptions => ({ shape: [2, 1], random: createRandom(1), steps: 6 });

/** The end of the exact flow from a noise: the estimate at index 0, as the last step of a sampler gives it. */
const endOfFlow = (schedule: typeof cosine, noise: number): number => {
  const { alpha, sigma } = scales(schedule, 0);
  return bestEstimate(data, exactFlow(data, schedule, noise, schedule.steps - 1, 0), alpha, sigma);
};

/** The laws of a sampler's numbers, for every backend. */
export function numberLaws({ name, sample, solver, exact }: SamplerCase): void {
  test('gives a single point exactly where the data are one: no noise remains at the end', async () => {
    const point = { mean: -0.6, variance: 0 };
    // one that predicts the data is no consistency model
    const predicts = solver === consistencySolver ? predictVelocity : predictSample;
    for (const schedule of [cosine, flowSchedule({ steps: 30 })]) {
      const samples = await sample(exactDenoiser(point, schedule, predicts), {
        shape: [3, 2],
        steps: 5,
        random: createRandom(6),
      });
      await expectClose(samples, new Array<number>(6).fill(-0.6), {
        relative: predicts === predictSample ? 1e-6 : 1e-5,
      });
    }
  });

  if (exact !== undefined)
    test('follows the flow to its end', async () => {
      const noise = createRandom(4).normal([8, 1]);
      const expected = (await read(noise)).map((start) => endOfFlow(cosine, start));
      const samples = await sampleDiffusion(exactDenoiser(data, cosine), solver, {
        shape: [8, 1],
        random: createRandom(4),
      });
      await expectClose(samples, expected, { relative: 0, absolute: exact.error });
    });

  test('returns the known values exactly, and fills in the rest', async () => {
    const x = tf.tensor4d([0.1, 0.2, 0.3, 0.7], [1, 2, 2, 1]);
    const mask = tf.tensor4d([1, 0, 0, 1], [1, 2, 2, 1]);
    const samples = await sample(exactDenoiser(data, loop), {
      shape: [3, 2, 2, 1],
      random: createRandom(1),
      steps: 5,
      known: { x, mask },
    });
    const values = await read(samples);
    for (let i = 0; i < 3; i++) {
      expect([values[4 * i], values[4 * i + 3]]).toEqual([Math.fround(0.1), Math.fround(0.7)]);
      expect(values[4 * i + 1]).not.toBe(Math.fround(0.2));
    }
  });

  test('rejects samples of weights that are not finite, and names the weights', async () => {
    const denoiser = ruinedDenoiser(loop);
    await checkNoLeaks(() =>
      expect(sample(denoiser, { ...begin(), shape: [3, 2], steps: 3 })).rejects.toThrow(
        `${name}: \`denoiser\` must make finite samples; got NaN or infinity. Its weights are not finite: load a checkpoint from before.`,
      ),
    );
  });
}

/** The laws of the loop around a sampler's steps, and of its order, for which one backend is enough. */
export function loopLaws({ name, sample, solver, exact, calls = (steps) => steps }: SamplerCase): void {
  test('leaves no tensor but its samples', async () => {
    const denoiser = exactDenoiser(data, loop, predictVelocity, false);
    const known = { x: tf.ones([1, 1]), mask: tf.ones([2, 1]), repeats: 2 };
    const condition = tf.tensor1d([1, 2], 'int32');
    const from = { x: tf.ones([2, 1]), timestep: 9 };
    await checkNoLeaks(() => sample(denoiser, begin()));
    await checkNoLeaks(() =>
      sample(denoiser, { ...begin(), known, condition, guidance: 2, clip: [-1, 1], onStep: () => undefined }),
    );
    await checkNoLeaks(() => sample(denoiser, { from, random: createRandom(1) }));
  });

  test('stops before the next call of the network if it is aborted, and rejects with the reason', async () => {
    const denoiser = exactDenoiser(data, loop, predictVelocity, false);
    await checkNoLeaks(async () => {
      const controller = new AbortController();
      const reason = new Error('the page was left');
      const onStep = ({ step }: { step: number }): void => {
        if (step === 3) controller.abort(reason);
      };
      const before = denoiser.seen.length;
      await expect(sample(denoiser, { ...begin(), onStep, signal: controller.signal })).rejects.toBe(reason);
      expect(denoiser.seen.length - before).toBe(calls(3));
    });
  });

  test('does not call the network once the signal is aborted', async () => {
    const denoiser = exactDenoiser(data, loop);
    await expect(sample(denoiser, { ...begin(), signal: AbortSignal.abort('late') })).rejects.toBe('late');
    expect(denoiser.seen).toHaveLength(0);
  });

  test('reports each step with its estimate, which is disposed after the call', async () => {
    const reported: { step: number; steps: number; estimate: tf.Tensor }[] = [];
    const samples = await sample(exactDenoiser(data, loop), {
      ...begin(),
      onStep: async (progress) => {
        reported.push(progress);
        await progress.estimate.data();
        expect(progress.estimate.shape).toEqual([2, 1]);
      },
    });
    expect(reported.map(({ step, steps }) => `${step} of ${steps}`)).toEqual([
      '1 of 6',
      '2 of 6',
      '3 of 6',
      '4 of 6',
      '5 of 6',
      '6 of 6',
    ]);
    expect(reported.every(({ estimate }) => estimate.isDisposed)).toBe(true);
    expect(samples.isDisposed).toBe(false);
  });

  test('reports the input and the timestep of each estimate, beginning with the noise', async () => {
    const requested: Promise<number[][]>[] = [];
    const reported: Promise<number[][]>[] = [];
    const read = (...tensors: tf.Tensor[]) => Promise.all(tensors.map(async (one) => [...(await readKept(one))]));
    const exact = exactDenoiser(data, loop);
    const denoiser = withPredict(exact, (xt, timesteps, options) => {
      requested.push(read(xt, timesteps));
      return exact.predict(xt, timesteps, options);
    });
    const onStep = ({ xt, timestep }: SampleProgress): void => {
      reported.push(read(xt, tf.fill([2], timestep, 'int32')));
    };
    await sample(denoiser, { ...begin(), onStep });
    const [calls, steps] = [await Promise.all(requested), await Promise.all(reported)];
    // a solver of second order calls the network in between, too
    for (const step of steps) expect(calls).toContainEqual(step);
    expect(steps[0]).toEqual(calls[0]);
    expect(new Set(steps.map(([, timesteps]) => timesteps![0])).size).toBe(6);
  });

  test('leaves no tensor if the network or the listener fails', async () => {
    const denoiser = exactDenoiser(data, loop, predictVelocity, false);
    const failing = (at: number): Denoiser => {
      let calls = 0;
      return withPredict(denoiser, (...parameters) => {
        if (++calls === at) throw new Error(`call ${at} failed`);
        return denoiser.predict(...parameters);
      });
    };
    for (const at of [1, 2, 5]) {
      await checkNoLeaks(() => expect(sample(failing(at), begin())).rejects.toThrow(`call ${at} failed`));
    }
    const onStep = (): void => {
      throw new Error('the listener failed');
    };
    await checkNoLeaks(() => expect(sample(denoiser, { ...begin(), onStep })).rejects.toThrow('the listener failed'));
  });

  if (exact !== undefined)
    test('converges with its order on a table of bounded log-SNR', async () => {
      const sizes = [16, 32, 64, 128, 256];
      const logs: [number, number][] = [];
      for (const steps of sizes) logs.push([Math.log(steps), Math.log(await errorOf(solver, steps))]);
      const [x, y] = [0, 1].map((i) => logs.reduce((sum, pair) => sum + pair[i]!, 0) / logs.length) as [number, number];
      const slope =
        logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
      expect(Math.abs(-slope - exact.order), name).toBeLessThan(0.1);
    });
}

/** The largest error of the last estimate, at log(alpha / sigma) = 3, from noise at -3. */
async function errorOf(solver: DiffusionSolver, steps: number): Promise<number> {
  const schedule = evenLogSnr(steps + 1);
  const noise = createRandom(1).normal([32, 1]);
  const { alpha, sigma } = scales(schedule, 0);
  const expected = (await read(noise)).map((x) =>
    bestEstimate(data, exactFlow(data, schedule, x, steps, 0), alpha, sigma),
  );
  const samples = await sampleDiffusion(exactDenoiser(data, schedule, predictSample), solver, {
    shape: [32, 1],
    random: createRandom(1),
  });
  const values = await read(samples);
  tf.dispose([noise, samples]);
  return Math.max(...values.map((value, i) => Math.abs(value - expected[i]!)));
}
