import * as tf from '@tensorflow/tfjs-core';
import {
  addNoise,
  cosineSchedule,
  createDenoiser,
  createDiffusionTrainer,
  ddimSolver,
  ddpmSolver,
  denoisingMlp,
  dpmSolver,
  flowSchedule,
  linearSchedule,
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
  sampleDiffusion,
  type DiffusionSolver,
  type SampleProgress,
} from 'tfjs-generative';
import type { Look } from '../experiment/look.js';
import { cells, type Learner, type PointsLesson } from './learner.js';
import { liveAdam } from './live.js';
import { FIELD, PATHS, SAMPLERS, SAMPLES } from './sizes.js';

export const schedules = { cosine: cosineSchedule, linear: linearSchedule, flow: flowSchedule };
export const targets = { velocity: predictVelocity, noise: predictNoise, sample: predictSample, flow: predictFlow };
export const solvers = { dpm: dpmSolver, ddim: ddimSolver(), ddpm: ddpmSolver() };

/** Timesteps of the noise schedule. */
export const TIMESTEPS = 200;
/** The decay of the denoiser's average, which is sampled. */
export const AVERAGE = 0.995;

/** The timestep of the noise level that is shown. */
export const timestepOf = ({ noise }: Look): number => Math.round(noise * (TIMESTEPS - 1));

/** A diffusion model of points. */
export function createDiffusion({ experiment, live, random, data }: PointsLesson): Learner {
  const { width, schedule, target } = experiment;
  const make = () =>
    createDenoiser(denoisingMlp({ size: 2, width, random: random.fork('denoiser') }), {
      schedule: schedules[schedule]({ steps: TIMESTEPS }),
      predicts: targets[target],
    });
  const [learning, averaged] = [make(), make()];
  const trainer = createDiffusionTrainer({
    denoiser: learning,
    optimizer: liveAdam(() => live().rate),
    random,
    average: { into: averaged, decay: AVERAGE },
  });
  const views = random.fork('views');
  const sample = (n: number, solver: DiffusionSolver, steps: number, onStep?: (progress: SampleProgress) => void) =>
    sampleDiffusion(averaged, solver, { shape: [n, 2], steps, random: views.fork('samples'), onStep });

  return {
    trainer,
    model: { denoiser: averaged },
    shown: SAMPLES,
    samples: (n, { sampler, calls }) => sample(n, solvers[sampler], calls),
    views: {
      /** Data with the noise of a level, `[SAMPLES, 2]`. */
      noised: (look) =>
        tf.tidy(() => {
          const timesteps = tf.fill([SAMPLES], timestepOf(look), 'int32');
          const points = tf.slice(data, [0, 0], [SAMPLES, 2]);
          return addNoise(points, views.fork('noise').normal([SAMPLES, 2]), timesteps, averaged.schedule);
        }),
      /** Places and where their points came from, as the denoiser estimates it: `[FIELD^2, 4]`. */
      field: (look) =>
        tf.tidy(() => {
          const places = cells(FIELD);
          const timesteps = tf.fill([FIELD ** 2], timestepOf(look), 'int32');
          const { sample: estimate } = averaged.estimate(places, timesteps);
          return tf.concat([places, tf.sub(estimate, places)], 1);
        }),
      /** The way of points from noise to samples, `[calls + 1, 1 + PATHS, 2]`: in each stop, its noise level, which stands first, and the points. */
      paths: async (_, { sampler, calls }) => {
        const stops: tf.Tensor[] = [];
        const add = (level: number, points: tf.Tensor): unknown =>
          stops.push(tf.tidy(() => tf.concat([tf.tensor2d([[level, 0]]), points], 0)));
        const onStep = ({ xt, timestep }: SampleProgress): void => void add(timestep / (TIMESTEPS - 1), xt);
        const samples = await sample(PATHS, solvers[sampler], calls, onStep);
        add(0, samples);
        const paths = tf.stack(stops);
        [...stops, samples].forEach((stop) => stop.dispose());
        return paths;
      },
      /** Samples of DDPM, DDIM and DPM-Solver++ from the same noise, `[3, SAMPLES, 2]`. */
      samplers: async (_, { calls }) => {
        const sets = [];
        for (const name of SAMPLERS) sets.push(await sample(SAMPLES, solvers[name], calls));
        const all = tf.stack(sets);
        sets.forEach((set) => set.dispose());
        return all;
      },
    },
    dispose: () => [trainer, learning, averaged].forEach((one) => one.dispose()),
  };
}
