import type * as tf from '@tensorflow/tfjs-core';
import {
  cosineDecay,
  cosineSchedule,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  denoisingMlp,
  flowSchedule,
  linearSchedule,
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
  sampleDpmSolver,
  type Denoiser,
  type RandomStream,
  type SampleProgress,
  type Trainer,
} from 'tfjs-generative';

const LEARNING_RATE = 3e-3;
/** Calls of the network per sample. */
const CALLS = 20;

const schedules = { cosine: cosineSchedule, linear: linearSchedule, flow: flowSchedule };
const targets = { velocity: predictVelocity, noise: predictNoise, sample: predictSample, flow: predictFlow };

/** The choices that can be varied. */
export interface Recipe {
  readonly schedule: keyof typeof schedules;
  readonly target: keyof typeof targets;
}

/** A denoiser of points in the plane, and its trainer. */
export interface Model {
  readonly trainer: Trainer<'loss'>;
  /** The average of the denoiser, used for sampling. */
  readonly sampled: Denoiser;
}

/** The learning rate decays to a thousandth, so that the last updates differ little and an average over a short time is enough. */
export function createModel(steps: number, { schedule, target }: Recipe, random: RandomStream): Model {
  const make = () =>
    createDenoiser(denoisingMlp({ size: 2, width: 64, random: random.fork('denoiser') }), {
      schedule: schedules[schedule]({ steps: 200 }),
      predicts: targets[target],
    });
  const [denoiser, sampled] = [make(), make()];
  const trainer = createDiffusionTrainer({
    denoiser,
    optimizer: createAdam({ learningRate: cosineDecay({ from: LEARNING_RATE, to: LEARNING_RATE / 1000, steps }) }),
    random,
    average: { into: sampled, decay: 0.998 },
  });
  return { trainer, sampled };
}

/** Makes n samples with DPM-Solver++, `[n, 2]`; `onStep` gets the noised points before each step. */
export function sample(
  denoiser: Denoiser,
  n: number,
  random: RandomStream,
  onStep?: (progress: SampleProgress) => Promise<void>,
): Promise<tf.Tensor> {
  return sampleDpmSolver(denoiser, { shape: [n, 2], steps: CALLS, random, onStep });
}
