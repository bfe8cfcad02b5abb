import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { createDenoiser, predictVelocity, type Denoiser, type NoiseSchedule } from '../../../src/diffusion/index.js';
import type { ApplyOptions } from '../../../src/nets/index.js';
import { scales, type GaussianData } from '../exact.js';

/** Where the probability flow of Gaussian data ends that is at x at a timestep: the best consistency function, in float64. */
export function flowMap({ mean, variance }: GaussianData, schedule: NoiseSchedule, x: number, t: number): number {
  const { alpha, sigma } = scales(schedule, t);
  return mean + (Math.sqrt(variance) * (x - alpha * mean)) / Math.sqrt(alpha ** 2 * variance + sigma ** 2);
}

/** A student whose network is a line in x for each timestep, `slopes[t] x + shifts[t]`, with these tables as its variables. */
export function linesOf(schedule: NoiseSchedule, slopes: Tensor, shifts: Tensor): Denoiser {
  const tables = [slopes, shifts].map((table) => tf.variable(table));
  const apply = (x: Tensor, { timesteps }: ApplyOptions = {}): Tensor => {
    const [slope, shift] = tables.map((table) =>
      tf.reshape(tf.matMul(tf.oneHot(timesteps as tf.Tensor1D, schedule.steps), tf.reshape(table, [-1, 1])), [-1, 1]),
    ) as [Tensor, Tensor];
    return tf.add(tf.mul(slope, x), shift);
  };
  const network = { apply, variables: tables, dispose: () => tf.dispose(tables) };
  return createDenoiser(network, { schedule, predicts: predictVelocity });
}

/** The student whose estimate is {@link flowMap}: the velocity is (alpha x - f) / sigma. */
export function exactStudent(data: GaussianData, schedule: NoiseSchedule): Denoiser {
  const lines = Array.from({ length: schedule.steps }, (_, t) => {
    const { alpha, sigma } = scales(schedule, t);
    const [at0, at1] = [0, 1].map((x) => (alpha * x - flowMap(data, schedule, x, t)) / sigma) as [number, number];
    return { slope: at1 - at0, shift: at0 };
  });
  const [slopes, shifts] = [lines.map(({ slope }) => slope), lines.map(({ shift }) => shift)];
  return linesOf(schedule, tf.tensor1d(slopes), tf.tensor1d(shifts));
}
