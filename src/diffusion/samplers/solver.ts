import type { Tensor } from '@tensorflow/tfjs-core';
import type { NoiseSchedule } from '../noise-schedule.js';

/** The estimate of an earlier step. */
export interface PreviousEstimate {
  /** The estimate of the data x_0. */
  readonly estimate: Tensor;
  /** The timestep of the noised data from which it was made. */
  readonly timestep: number;
}

/** The state of a sampler, and what a {@link DiffusionSolver} may request. */
export interface SolverState {
  /** Noised data at the timestep `from`, `[batch, ...]`; the sampler owns it. */
  readonly xt: Tensor;
  /** The estimate of the data x_0 in xt, with the caller's guidance and clipping; the sampler owns it. */
  readonly estimate: Tensor;
  /** The timestep of xt. */
  readonly from: number;
  /** The timestep to go to; -1 means the data, alphaBar 1. */
  readonly to: number;
  /** The denoiser's noise schedule. */
  readonly schedule: NoiseSchedule;
  /** The previous step's estimate, and its timestep; absent in the first step, and if a region is known. */
  readonly previous?: PreviousEstimate | undefined;
  /** The estimates of earlier steps, the previous one first: at most as many as the solver's `keeps`; the sampler owns them. */
  readonly history: readonly PreviousEstimate[];
  /** A draw from N(0, I) of the shape of xt; the solver disposes it. */
  noise(): Tensor;
  /**
   * Calls the network again, for the estimate of the data in other noised data. It pauses and rejects like the sampler.
   *
   * @param xt - of the shape of xt; the solver owns it
   * @param timestep - of `xt`, in 0 ... steps - 1
   * @returns resolves to the estimate, which the solver disposes
   */
  denoise(xt: Tensor, timestep: number): Promise<Tensor>;
}

/**
 * Makes one step at a time from noise to data, for {@link sampleDiffusion}. {@link ddimSolver}, {@link ddpmSolver}, {@link dpmSolver}
 * and {@link heunSolver} are such records; you can also write one by hand.
 *
 * @example
 * ```ts
 * const renoising: DiffusionSolver = {
 *   step: ({ estimate, to, schedule, noise }) =>
 *     tf.tidy(() => {
 *       const alphaBar = to < 0 ? 1 : schedule.alphaBar[to]!;
 *       const noised = tf.mul(Math.sqrt(1 - alphaBar), noise());
 *       return tf.add(tf.mul(Math.sqrt(alphaBar), estimate), noised);
 *     }),
 * };
 * const network = denoisingMlp({ size: 2, random });
 * const schedule = cosineSchedule({ steps: 50 });
 * const denoiser = createDenoiser(network, { schedule, predicts: predictVelocity });
 * const options = { shape: [3, 2], steps: 4, random };
 * const samples = await sampleDiffusion(denoiser, renoising, options);
 * console.log(samples.shape); // [3, 2]
 * ```
 */
export interface DiffusionSolver {
  /**
   * Makes the noised data at `to` from those at `from`.
   *
   * @returns a new tensor, of the shape of xt; the sampler disposes it
   */
  step(state: SolverState): Tensor | Promise<Tensor>;
  /** How many estimates of earlier steps the sampler keeps for `history`; 1 by default, which is `previous`. */
  readonly keeps?: number | undefined;
  /**
   * The timesteps of `steps` calls, in decreasing order; by default evenly spaced from the last one down ("trailing").
   *
   * @param schedule - the table up to the first timestep, at which the sampler starts
   */
  readonly timesteps?: ((schedule: NoiseSchedule, steps: number) => Int32Array) | undefined;
}
