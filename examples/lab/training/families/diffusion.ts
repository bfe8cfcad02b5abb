import * as tf from '@tensorflow/tfjs-core';
import {
  cosineSchedule,
  createDenoiser,
  createDiffusionTrainer,
  ddimSolver,
  ddpmSolver,
  dpmSolver,
  flowSchedule,
  linearSchedule,
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
  sampleDiffusion,
  withGuidance,
  type AdamOptions,
  type Denoiser,
  type Network,
  type NoiseSchedule,
  type SampleOptions,
} from 'tfjs-generative';
import { classCountOf } from '../../experiment/classes.js';
import type { Live } from '../../experiment/experiment.js';
import type { Look } from '../../experiment/look.js';
import { labelsOf } from '../labels.js';
import type { Lesson } from '../learner.js';
import { liveAdam } from '../live.js';

const schedules = { cosine: cosineSchedule, linear: linearSchedule, flow: flowSchedule };
const targets = { velocity: predictVelocity, noise: predictNoise, sample: predictSample, flow: predictFlow };
const solvers = { dpm: dpmSolver, ddim: ddimSolver(), ddpm: ddpmSolver() };

/** Timesteps of the noise schedule. */
const TIMESTEPS = 200;
/** The decay of the denoiser's average, which is sampled. */
const AVERAGE = 0.995;
/** The share of examples whose class is dropped, so that samples can be guided. */
const DROPPED = 0.1;

/** The timestep of the noise level that is shown. */
export const timestepOf = ({ noise }: Look): number => Math.round(noise * (TIMESTEPS - 1));

/** The noise level of a timestep. */
export const levelOf = (timestep: number): number => timestep / (TIMESTEPS - 1);

interface Networks {
  /** Makes a network that separates data from noise; it takes the number of classes if the model gets them. */
  readonly network: (classesOption: { readonly classes?: number }) => Network;
  readonly adam?: Omit<AdamOptions, 'learningRate'>;
  readonly timesteps?: (schedule: NoiseSchedule) => Int32Array;
}

/** A diffusion model of points or pictures, and its trainer; the average of the denoiser is what is sampled. */
export function makeDiffusion({ experiment, live, random }: Lesson, { network, adam, timesteps }: Networks) {
  const { schedule, target } = experiment;
  const count = classCountOf(experiment);
  const make = (): Denoiser =>
    createDenoiser(network(count === undefined ? {} : { classes: count }), {
      schedule: schedules[schedule]({ steps: TIMESTEPS }),
      predicts: targets[target],
    });
  const [learning, averaged] = [make(), make()];
  const trainer = createDiffusionTrainer({
    denoiser: learning,
    optimizer: liveAdam(() => live().rate, adam),
    random,
    timesteps: timesteps?.(learning.schedule),
    dropCondition: count === undefined ? undefined : DROPPED,
    average: { into: averaged, decay: AVERAGE },
  });
  const views = random.fork('views');
  return {
    trainer,
    model: { denoiser: averaged },
    averaged,
    views,
    /** Samples `[n, ...shape]` as the controls have it, from the same noise at each call. */
    async sample(
      [n, ...shape]: readonly [n: number, ...shape: number[]],
      now: Live,
      how: Pick<SampleOptions, 'onStep' | 'signal'> = {},
    ): Promise<tf.Tensor> {
      const { sampler, calls, guidance } = now;
      const condition = labelsOf(n, now, count);
      const conditioning = condition === undefined ? {} : { condition, guidance };
      const options = { shape: [n, ...shape], steps: calls, random: views.fork('samples'), ...how, ...conditioning };
      try {
        return await sampleDiffusion(averaged, solvers[sampler], options);
      } catch (error) {
        // a run whose loss has exploded goes on, and gets a verdict
        if (!/finite samples/.test((error as Error).message)) throw error;
        return tf.fill([n, ...shape], NaN);
      } finally {
        condition?.dispose();
      }
    },
    /** Where noised data came from, as the denoiser estimates it for the class that is shown. */
    estimate(xt: tf.Tensor, timesteps: tf.Tensor, now: Live): tf.Tensor {
      const condition = now.shown === 0 ? undefined : labelsOf(xt.shape[0], now, count);
      if (condition === undefined) return averaged.estimate(xt, timesteps).sample;
      return withGuidance(averaged, { guidance: now.guidance }).estimate(xt, timesteps, { condition }).sample;
    },
    dispose: () => [trainer, learning, averaged].forEach((one) => one.dispose()),
  };
}
