import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkExamples, checkFloat, checkFunction, checkSameShape } from '../tensor/checks.js';
import { checkNoiseSchedule, scalesOf, type NoiseSchedule } from './noise-schedule.js';
import { checkTimesteps, mixByTimestep, withinTable } from './per-example.js';
import type { PredictionTarget } from './prediction-target.js';

/**
 * Noised data, a sample of q(x_t | x_0) for the given noise.
 *
 * x_t = sqrt(alphaBar[t]) x0 + sqrt(1 - alphaBar[t]) noise
 *
 * @param x0 - data, float32 `[batch, ...]`, of about zero mean and unit variance
 * @param noise - a draw from N(0, I), of the shape of x0
 * @param timesteps - int32 `[batch]`, each in 0 ... steps - 1; others are rejected on cpu and wasm, and give NaN on a GPU
 * @param schedule - see {@link NoiseSchedule}
 * @returns x_t, of the shape of x0; the caller disposes it
 * @throws TypeError, RangeError or {@link ShapeError} if an argument is wrong
 * @remarks Within 1e-7 of the formula in float64: the two roots are taken on the host.
 * @example
 * ```ts
 * const timesteps = tf.tensor1d([1, 3], 'int32');
 * const xt = addNoise(tf.ones([2, 1]), tf.zeros([2, 1]), timesteps, flowSchedule({ steps: 4 }));
 * console.log(await xt.data()); // 0.707107, 0
 * ```
 * @see Ho, Jain and Abbeel 2020, equation 4, https://arxiv.org/abs/2006.11239
 */
export function addNoise(x0: Tensor, noise: Tensor, timesteps: Tensor, schedule: NoiseSchedule): Tensor {
  const where = 'addNoise';
  checkPair(where, x0, noise, timesteps, schedule);
  return tf.tidy(() => noisedOf(withinTable(where, x0, timesteps, schedule.steps), noise, timesteps, schedule));
}

/** {@link addNoise} for checked arguments. */
export function noisedOf(x0: Tensor, noise: Tensor, timesteps: Tensor, schedule: NoiseSchedule): Tensor {
  return mixByTimestep(
    (t) => scalesOf(schedule, t),
    timesteps,
    schedule.steps,
    () => x0,
    () => noise,
  );
}

/** Options of {@link denoisingTarget}; a {@link Denoiser} has both. */
export interface TargetOptions {
  /** The denoiser's noise schedule. */
  readonly schedule: NoiseSchedule;
  /** What the network is trained to predict. */
  readonly predicts: PredictionTarget;
}

/**
 * The output that a denoiser's network should have for data and noise: the target in training.
 *
 * y = c x0 + d noise, [c, d] = predicts.mix(alpha, sigma) at each example's timestep
 *
 * @param x0 - data, float32 `[batch, ...]`
 * @param noise - a draw from N(0, I), of the shape of x0
 * @param timesteps - int32 `[batch]`, each in 0 ... steps - 1
 * @param options - see {@link TargetOptions}; a {@link Denoiser} fits
 * @returns y, of the shape of x0; the caller disposes it
 * @throws TypeError, RangeError or {@link ShapeError} if an argument is wrong
 * @example
 * ```ts
 * const timesteps = tf.tensor1d([0], 'int32');
 * const options = { schedule: flowSchedule({ steps: 4 }), predicts: predictFlow };
 * console.log(await denoisingTarget(tf.tensor2d([[2]]), tf.tensor2d([[0.5]]), timesteps, options).data()); // -1.5
 * ```
 */
export function denoisingTarget(x0: Tensor, noise: Tensor, timesteps: Tensor, options: TargetOptions): Tensor {
  const where = 'denoisingTarget';
  checkPair(where, x0, noise, timesteps, options?.schedule);
  checkFunction(where, 'predicts.mix', options.predicts?.mix);
  return tf.tidy(() => targetOf(withinTable(where, x0, timesteps, options.schedule.steps), noise, timesteps, options));
}

/** {@link denoisingTarget} for checked arguments. */
export function targetOf(x0: Tensor, noise: Tensor, timesteps: Tensor, options: TargetOptions): Tensor {
  const { schedule, predicts } = options;
  return mixByTimestep(
    (t) => predicts.mix(...scalesOf(schedule, t)),
    timesteps,
    schedule.steps,
    () => x0,
    () => noise,
  );
}

function checkPair(where: string, x0: Tensor, noise: Tensor, timesteps: Tensor, schedule: NoiseSchedule): void {
  checkExamples(where, 'x0', x0);
  checkFloat(where, 'noise', noise);
  checkSameShape(where, 'noise', noise, 'x0', x0);
  checkTimesteps(where, timesteps, x0);
  checkNoiseSchedule(where, 'schedule', schedule);
}
