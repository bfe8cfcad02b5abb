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

/**
 * A student whose estimate is the flow map of Gaussian data with a mean and a deviation, which may be variables: the velocity is
 * (alpha x - f) / sigma.
 */
export function flowOf(mean: tf.Variable, deviation: tf.Variable, schedule: NoiseSchedule): Denoiser {
  const all = Array.from({ length: schedule.steps }, (_, t) => scales(schedule, t));
  const tables = [all.map(({ alpha }) => alpha), all.map(({ sigma }) => sigma)];
  const apply = (x: Tensor, { timesteps }: ApplyOptions = {}): Tensor => {
    const column = [x.shape[0], ...x.shape.slice(1).map(() => 1)];
    const [alpha, sigma] = tables.map((table) => tf.reshape(tf.gather(tf.tensor1d(table), timesteps!), column)) as [
      Tensor,
      Tensor,
    ];
    const spread = tf.sqrt(tf.add(tf.square(tf.mul(alpha, deviation)), tf.square(sigma)));
    const map = tf.add(mean, tf.mul(deviation, tf.div(tf.sub(x, tf.mul(alpha, mean)), spread)));
    return tf.div(tf.sub(tf.mul(alpha, x), map), sigma);
  };
  const variables = [mean, deviation];
  return createDenoiser(
    { apply, variables, dispose: () => tf.dispose(variables) },
    { schedule, predicts: predictVelocity },
  );
}

/** The student whose estimate is {@link flowMap}. */
export function exactStudent({ mean, variance }: GaussianData, schedule: NoiseSchedule): Denoiser {
  return flowOf(tf.variable(tf.scalar(mean)), tf.variable(tf.scalar(Math.sqrt(variance))), schedule);
}
