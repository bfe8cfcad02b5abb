import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import {
  consistencyDistillation,
  cosineSchedule,
  createDenoiser,
  easyConsistency,
  flowSchedule,
  predictFlow,
  shortcut,
  withPredict,
  type ConsistencyInput,
  type Denoiser,
} from '../../../src/diffusion/index.js';
import { dropout, type ApplyOptions } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { expectOracle, readKept } from '../../support/close.js';
import { bestEstimate, exactDenoiser, exactFlow, scales, type GaussianData } from '../exact.js';
import { exactStudent, flowMap } from './flow-map.js';

const schedule = cosineSchedule({ steps: 40 });
const data: GaussianData = { mean: 0.5, variance: 0.3 };

afterEach(() => tf.disposeVariables());

/** sigma / alpha, and 0 for the data. */
function timeOf(t: number): number {
  const { alpha, sigma } = scales(schedule, t);
  return sigma / alpha;
}

/** The earlier timestep of a pair by its definition: the nearest of all that are before t. */
function earlierOf(t: number, gap: number): number {
  const time = timeOf(t);
  const sought = Math.max(0, time * (1 - gap * (1 + 8 / (1 + Math.exp(time / 2)))));
  const all = Array.from({ length: t + 1 }, (_, i) => i - 1);
  return all.reduce((best, r) => (Math.abs(timeOf(r) - sought) < Math.abs(timeOf(best) - sought) ? r : best));
}

/** The losses of a target for two numbers an example. */
function lossesOf(
  target: ReturnType<typeof easyConsistency>,
  student: Denoiser,
  { x, noise, timesteps }: { x: number[][]; noise: number[][]; timesteps: number[] },
): tf.Tensor {
  const input: ConsistencyInput = {
    student,
    x: tf.tensor2d(x),
    noise: tf.tensor2d(noise),
    timesteps: Int32Array.from(timesteps),
    step: 0,
    options: { training: true, random: createRandom(1) },
  };
  return target.losses(input);
}

const batch = {
  x: [[0.3, -0.2], [1.2, 0.7], [0.1, 0.4], [-0.6, 0.9]], // prettier-ignore
  noise: [[1, -0.5], [0.3, 0.8], [-1.1, 0.2], [0.4, -0.9]], // prettier-ignore
  timesteps: [0, 7, 21, 38],
};

/** The loss by its definition, in float64, for a student with the estimate f. */
function expectedLosses(
  gap: number,
  f: (x: number, t: number) => number,
  step: (xt: number, t: number, r: number, x: number, noise: number) => number,
): number[] {
  const c = 0.00054 * Math.sqrt(2);
  return batch.timesteps.map((t, i) => {
    const r = earlierOf(t, gap);
    const squares = batch.x[i]!.map((x, k) => {
      const noise = batch.noise[i]![k]!;
      const { alpha, sigma } = scales(schedule, t);
      const xt = alpha * x + sigma * noise;
      const xr = step(xt, t, r, x, noise);
      return (f(xt, t) - (r < 0 ? xr : f(xr, r))) ** 2;
    });
    return (Math.sqrt(squares[0]! + squares[1]! + c ** 2) - c) / (timeOf(t) - timeOf(r));
  });
}

/** The estimate of a denoiser that knows the data's distribution, which is not its own at an earlier time. */
const best = (x: number, t: number): number => {
  const { alpha, sigma } = scales(schedule, t);
  return bestEstimate(data, x, alpha, sigma);
};

describe.each([0.4, 0.05])('with a gap of %d', (gap) => {
  it('easy consistency compares two amounts of the same noise', async () => {
    const losses = lossesOf(easyConsistency({ gap }), exactDenoiser(data, schedule), batch);
    const expected = expectedLosses(gap, best, (_xt, _t, r, x, noise) => {
      const { alpha, sigma } = scales(schedule, r);
      return alpha * x + sigma * noise;
    });
    await expectOracle(losses, expected, { relative: 1e-3, absolute: 2e-4 });
  });

  it('distillation compares both ends of a step of the teacher', async () => {
    const teacher = exactDenoiser({ mean: -1, variance: 2 }, schedule);
    const losses = lossesOf(consistencyDistillation({ teacher, gap }), exactDenoiser(data, schedule), batch);
    // Heun's method along the straight line of flow matching, whose slope is noise - data, and Euler's to the data
    const slope = (z: number, t: number): number => {
      const { alpha, sigma } = scales(schedule, t);
      const x = z * (alpha + sigma);
      const estimate = bestEstimate({ mean: -1, variance: 2 }, x, alpha, sigma);
      return (x - alpha * estimate) / sigma - estimate;
    };
    const place = (t: number): number => timeOf(t) / (1 + timeOf(t));
    const expected = expectedLosses(gap, best, (xt, t, r) => {
      const [from, to] = [scales(schedule, t), scales(schedule, r)];
      const z = xt / (from.alpha + from.sigma);
      const way = place(r) - place(t);
      const euler = z + way * slope(z, t);
      const end = r < 0 ? euler : z + (way * (slope(z, t) + slope(euler, r))) / 2;
      return end * (to.alpha + to.sigma);
    });
    await expectOracle(losses, expected, { relative: 1e-3, absolute: 2e-4 });
  });
});

it('the flow map is consistent along the path of an exact teacher, and another map is not', async () => {
  const fine = cosineSchedule({ steps: 400 });
  const largest = async (student: Denoiser): Promise<number> => {
    const target = consistencyDistillation({ teacher: exactDenoiser(data, fine) });
    return Math.max(...(await lossesOf(target, student, { ...batch, timesteps: [100, 180, 260, 350] }).data()));
  };
  // f(x at t) = f(x at r) for a step of the flow itself
  expect(flowMap(data, fine, 0.7, 260)).toBeCloseTo(flowMap(data, fine, exactFlow(data, fine, 0.7, 260, 90), 90), 12);
  expect(await largest(exactStudent(data, fine))).toBeLessThan(0.01);
  expect(await largest(exactStudent({ mean: 0.5, variance: 0.4 }, fine))).toBeGreaterThan(0.02);
});

it('both passes have the same dropout, and only one of them a gradient', async () => {
  const mask = dropout({ rate: 0.5 });
  const weight = tf.variable(tf.scalar(1));
  const apply = (x: tf.Tensor, options?: ApplyOptions): tf.Tensor =>
    mask.apply(tf.mul(weight, tf.onesLike(x)), options);
  const network = { apply, variables: [weight], dispose: () => weight.dispose() };
  const student = createDenoiser(network, { schedule, predicts: predictFlow });
  const input: ConsistencyInput = {
    student,
    x: tf.zeros([1, 64]),
    noise: tf.zeros([1, 64]),
    timesteps: Int32Array.of(20),
    step: 0,
    options: { training: true, random: createRandom(1) },
  };
  const { value, grads } = tf.variableGrads(
    () => tf.sum<tf.Scalar>(easyConsistency({ gap: 0.02 }).losses(input)),
    [weight],
  );
  // the estimate is -share weight mask: the two differ by that of their shares, and the gradient is that of the first
  const share = (t: number): number =>
    scales(schedule, t).sigma / (scales(schedule, t).alpha + scales(schedule, t).sigma);
  const [loss, slope] = [await value.data(), await Object.values(grads)[0]!.data()];
  expect(earlierOf(20, 0.02)).toBe(19);
  await expectOracle(loss[0]! / slope[0]!, (share(20) - share(19)) / share(20), { relative: 0.05 });
});

describe('shortcut', () => {
  const flow = flowSchedule({ steps: 64 });
  /** A network of a velocity that depends on all it reads. */
  const network = (count: number[]) => ({
    stepSizes: 4,
    variables: [],
    dispose: () => undefined,
    apply: (x: tf.Tensor, { timesteps, stepSize }: ApplyOptions = {}): tf.Tensor => {
      count.push(x.shape[0]);
      const t = tf.reshape(tf.div(tf.cast(timesteps!, 'float32'), 64), [-1, 1]);
      const d = tf.reshape(tf.cast(stepSize!, 'float32'), [-1, 1]);
      return tf.add(tf.mul(x, tf.add(0.5, t)), tf.mul(0.1, d));
    },
  });

  it('teaches each step the mean of its halves, in the coordinates of flow matching', async () => {
    const student = createDenoiser(network([]), { schedule: flow, predicts: predictFlow });
    const x = createRandom(1).normal([8, 1]);
    const noise = createRandom(2).normal([8, 1]);
    const seen: Promise<number[]>[][] = [];
    const watched = withPredict(student, (xt, timesteps, options) => {
      seen.push([xt, timesteps, options!.stepSize!].map(readKept));
      return student.predict(xt, timesteps, options);
    });
    const input = { student: watched, x, noise, timesteps: Int32Array.from({ length: 8 }, (_, i) => i * 7), step: 0, options: { training: true, random: createRandom(3) } }; // prettier-ignore
    const losses = await shortcut().losses(input).data();
    const [xts, times, sizes] = (await Promise.all(seen[2]!)) as [number[], number[], number[]];
    const [clean, drawn] = [await x.data(), await noise.data()];
    const velocity = (z: number, time: number, size: number): number => {
      // the network reads x_t, of variance 1
      const t = Math.round(64 * time) - 1;
      return (z / Math.hypot(1 - time, time)) * (0.5 + t / 64) + 0.1 * size;
    };
    for (let i = 0; i < 8; i++) {
      const time = (times[i]! + 1) / 64;
      const z = xts[i]! * Math.hypot(1 - time, time);
      const output = velocity(z, time, sizes[i]!);
      let target = drawn[i]! - clean[i]!;
      if (sizes[i]! >= 0) {
        const half = 2 ** -(sizes[i]! + 1);
        const size = sizes[i] === 3 ? -1 : sizes[i]! + 1;
        const first = velocity(z, time, size);
        target = (first + velocity(z - half * first, time - half, size)) / 2;
      }
      expect(losses[i]).toBeCloseTo((output - target) ** 2, 3);
    }
    expect(sizes.filter((size) => size >= 0)).toHaveLength(2);
  });
});
