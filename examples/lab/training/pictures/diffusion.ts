import * as tf from '@tensorflow/tfjs-core';
import {
  addNoise,
  createDenoiser,
  createDiffusionTrainer,
  inPatches,
  logNormalTimesteps,
  sampleDiffusion,
  unet,
  type SolverState,
} from 'tfjs-generative';
import { liveAdam } from '../live.js';
import { AVERAGE, schedules, solvers, targets, timestepOf, TIMESTEPS } from '../diffusion.js';
import type { Learner } from '../learner.js';
import { PICTURES } from '../sizes.js';
import type { PicturesLesson } from './lesson.js';
import { firstPictures, toBytes } from './picture-tensors.js';

/** A diffusion model of pictures: a U-Net on patches of 2 x 2 pixels. */
export function createPictureDiffusion({ experiment, live, random, pictures }: PicturesLesson): Learner {
  const { channels, schedule, target } = experiment;
  const [, ...shape] = pictures.shape;
  const make = () =>
    createDenoiser(
      inPatches(unet({ channels: 4 * shape[2], widths: [channels, 2 * channels], random: random.fork('denoiser') })),
      { schedule: schedules[schedule]({ steps: TIMESTEPS }), predicts: targets[target] },
    );
  const [learning, averaged] = [make(), make()];
  const trainer = createDiffusionTrainer({
    denoiser: learning,
    optimizer: liveAdam(() => live().rate, { beta2: 0.99 }),
    random,
    timesteps: logNormalTimesteps(learning.schedule),
    average: { into: averaged, decay: AVERAGE },
  });
  const views = random.fork('views');
  const shown = tf.tidy(() => fromPixels(firstPictures(pictures, PICTURES.compared)));
  /** Some pictures with the noise of a level. */
  const noised = (timestep: number) =>
    addNoise(
      shown,
      views.fork('noise').normal(shown.shape),
      tf.fill([shown.shape[0]], timestep, 'int32'),
      averaged.schedule,
    );
  const picturesOf = (x: tf.Tensor): tf.Tensor => tf.tidy(() => toBytes(tf.div(tf.add(x, 1), 2)));
  return {
    trainer,
    model: { denoiser: averaged },
    shown: PICTURES.made,
    samples: async (n, { sampler, calls }) => {
      const options = { shape: [n, ...shape], steps: calls, random: views.fork('samples') };
      const samples = await sampleDiffusion(averaged, solvers[sampler], options);
      const bytes = picturesOf(samples);
      samples.dispose();
      return bytes;
    },
    views: {
      /** The first pictures with the noise of a level. */
      noised: (look) => tf.tidy(() => picturesOf(noised(timestepOf(look)))),
      /** What the denoiser makes of them. */
      estimate: (look) =>
        tf.tidy(() => {
          const timestep = timestepOf(look);
          const timesteps = tf.fill([shown.shape[0]], timestep, 'int32');
          return picturesOf(averaged.estimate(noised(timestep), timesteps).sample);
        }),
      /** Samples while they are made, from noise, `[making, stops, ...]`. */
      making: async (_, { sampler, calls }) => {
        const solver = solvers[sampler];
        const kept: tf.Tensor[] = [];
        const isStop = stopsOf(calls);
        let step = 0;
        const watched = {
          ...solver,
          step: (state: SolverState) => {
            if (isStop(step++)) kept.push(picturesOf(state.xt));
            return solver.step(state);
          },
        };
        const options = { shape: [PICTURES.making, ...shape], steps: calls, random: views.fork('samples') };
        const last = await sampleDiffusion(averaged, watched, options);
        kept.push(picturesOf(last));
        const all = tf.tidy(() => tf.stack(kept, 1));
        tf.dispose([last, ...kept]);
        return all;
      },
    },
    dispose: () => [trainer, learning, averaged, shown].forEach((one) => one.dispose()),
  };
}

/** Pixels from 0 to 1 as a denoiser's numbers, of about zero mean. */
export const fromPixels = (pixels: tf.Tensor): tf.Tensor => tf.tidy(() => tf.sub(tf.mul(2, pixels), 1));

/** Of the calls of a sampler those that are shown: evenly spread, from the first, so that with the result there are `PICTURES.stops`. */
function stopsOf(calls: number): (step: number) => boolean {
  const count = Math.min(calls, PICTURES.stops - 1);
  const steps = new Set(Array.from({ length: count }, (_, i) => Math.floor((i * calls) / count)));
  return (step) => steps.has(step);
}
