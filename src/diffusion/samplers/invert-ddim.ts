import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkExamples } from '../../tensor/checks.js';
import { checkDenoiser, type Denoiser } from '../denoiser.js';
import { scalesAt, type NoiseSchedule } from '../noise-schedule.js';
import { weightedSum } from '../weighted-sum.js';
import { checkSamples } from './check-samples.js';
import { createEstimator } from './create-estimator.js';
import { ddimWeights, type DdimWeights } from './ddim.js';
import { planTimesteps } from './plan-walk.js';
import { replaced, tell } from './sample-diffusion.js';
import { WALK_NAMES, type WalkOptions, type TimestepOptions } from './sample-options.js';
import { readOptions } from '../../tensor/options.js';

/** Options of {@link invertDdim}: the timesteps are those of the sampling that it undoes, in decreasing order. */
export interface InvertDdimOptions extends WalkOptions, TimestepOptions {}

/**
 * Runs DDIM with eta 0 backwards, from data to the noise that {@link sampleDdim} makes them from.
 *
 * It starts at alphaBar 1 and visits the timesteps from the last of the list to the first. Each step uses the estimates of data and
 * noise at its own beginning, where sampling would use those at its end. The first call, for the data themselves, uses index 0.
 *
 * @param denoiser - see {@link createDenoiser}
 * @param x - data, float32 `[batch, ...]`
 * @param options - see {@link InvertDdimOptions}
 * @returns resolves to x at the first timestep of the list, for `from` of a sampler; the caller disposes it
 * @throws (rejects with) TypeError, RangeError or {@link ShapeError} if an argument is wrong; it rejects with `signal.reason`
 * @remarks Sampling from the result reproduces x up to the first order in the steps' size; guidance other than 1 makes it worse.
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * const noise = await invertDdim(denoiser, tf.tensor2d([[1, 0], [0, 1]]), { steps: 20 });
 * const again = await sampleDdim(denoiser, { from: { x: noise, timestep: 199 }, steps: 20 });
 * console.log(noise.shape, again.shape); // [2, 2], [2, 2]
 * ```
 * @see Song, Meng and Ermon 2021, section 5.4, https://arxiv.org/abs/2010.02502
 */
export async function invertDdim(denoiser: Denoiser, x: Tensor, options: InvertDdimOptions = {}): Promise<Tensor> {
  const where = 'invertDdim';
  checkDenoiser(where, denoiser);
  checkExamples(where, 'x', x);
  const { schedule } = denoiser;
  readOptions(where, options, `steps timesteps ${WALK_NAMES}`);
  const rising = planTimesteps(where, options, schedule, {}).reverse();
  const denoise = createEstimator(where, denoiser, options, x.shape[0]);
  let xt = tf.clone(x);
  try {
    for (const [k, to] of rising.entries()) {
      const from = rising[k - 1] ?? -1;
      const estimate = await denoise(xt, Math.max(0, from));
      try {
        const { ofEstimate, ofNoised } = from < 0 ? firstWeights(schedule, to) : ddimWeights(schedule, from, to);
        xt = replaced(xt, weightedSum([ofNoised, xt], [ofEstimate, estimate]));
        await tell(options.onStep, k + 1, rising.length, estimate);
      } finally {
        estimate.dispose();
      }
    }
    await checkSamples(where, xt, denoiser);
    return xt;
  } catch (error) {
    xt.dispose();
    throw error;
  }
}

/** The first step: alphaTo x + sigmaTo noise, with the noise that the estimate at index 0 leaves in x. */
function firstWeights(schedule: NoiseSchedule, to: number): Pick<DdimWeights, 'ofEstimate' | 'ofNoised'> {
  const [alpha, sigma] = scalesAt(schedule, 0);
  const [alphaTo, sigmaTo] = scalesAt(schedule, to);
  return { ofNoised: alphaTo + sigmaTo / sigma, ofEstimate: (-sigmaTo * alpha) / sigma };
}
