import * as tf from '@tensorflow/tfjs-core';
import { addNoise, denoisingMlp, type SampleProgress } from 'tfjs-generative';
import { levelOf, makeDiffusion, timestepOf } from '../families/diffusion.js';
import { cells, type Learner, type PointsLesson } from '../learner.js';
import { stacked } from '../stacked.js';
import { FIELD, PATHS, SAMPLERS, SAMPLES } from '../sizes.js';

/** A diffusion model of points. */
export function createDiffusion(lesson: PointsLesson): Learner {
  const { experiment, random, data } = lesson;
  const { width } = experiment;
  const { averaged, views, sample, estimate, ...rest } = makeDiffusion(lesson, {
    network: (classesOption) => denoisingMlp({ size: 2, width, ...classesOption, random: random.fork('denoiser') }),
  });

  return {
    ...rest,
    shown: SAMPLES,
    samples: (n, live, signal) => sample([n, 2], live, { signal }),
    views: {
      /** Data with the noise of a level, `[SAMPLES, 2]`. */
      noised: (look) =>
        tf.tidy(() => {
          const timesteps = tf.fill([SAMPLES], timestepOf(look), 'int32');
          const points = tf.slice(data, [0, 0], [SAMPLES, 2]);
          return addNoise(points, views.fork('noise').normal([SAMPLES, 2]), timesteps, averaged.schedule);
        }),
      /** Places and where their points came from, as the denoiser estimates it: `[FIELD^2, 4]`. */
      field: (look, live) =>
        tf.tidy(() => {
          const places = cells(FIELD);
          const timesteps = tf.fill([FIELD ** 2], timestepOf(look), 'int32');
          return tf.concat([places, tf.sub(estimate(places, timesteps, live), places)], 1);
        }),
      /** The way of points from noise to samples, `[calls + 1, 1 + PATHS, 2]`: in each stop, its noise level, which stands first, and the points. */
      paths: (_, live, signal) =>
        stacked(async (keep) => {
          const add = (level: number, points: tf.Tensor): void =>
            keep(tf.tidy(() => tf.concat([tf.tensor2d([[level, 0]]), points], 0)));
          const onStep = ({ xt, timestep }: SampleProgress): void => add(levelOf(timestep), xt);
          const samples = await sample([PATHS, 2], live, { onStep, signal });
          add(0, samples);
          samples.dispose();
        }),
      /** Samples of DDPM, DDIM and DPM-Solver++ from the same noise, `[3, SAMPLES, 2]`. */
      samplers: (_, live, signal) =>
        stacked(async (keep) => {
          for (const sampler of SAMPLERS) keep(await sample([SAMPLES, 2], { ...live, sampler }, { signal }));
        }),
    },
  };
}
