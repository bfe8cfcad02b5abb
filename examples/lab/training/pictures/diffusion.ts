import * as tf from '@tensorflow/tfjs-core';
import { addNoise, patchwise, logNormalTimesteps, unet, type SampleProgress } from 'tfjs-generative';
import { levelOf, makeDiffusion, timestepOf } from '../families/diffusion.js';
import type { Learner } from '../learner.js';
import { PICTURES } from '../sizes.js';
import { stacked } from '../stacked.js';
import type { PicturesLesson } from './lesson.js';
import { firstPictures, shownOf, toBytes } from './picture-tensors.js';

/** A diffusion model of pictures: a U-Net on patches of 2 x 2 pixels. */
export function createPictureDiffusion(lesson: PicturesLesson): Learner {
  const { experiment, random, pictures, classes } = lesson;
  const { channels } = experiment;
  const [, ...shape] = pictures.shape;
  const { averaged, views, sample, dispose, ...rest } = makeDiffusion(lesson, {
    network: (classesOption) =>
      patchwise(
        unet({
          channels: 4 * shape[2],
          widths: [channels, 2 * channels],
          ...classesOption,
          random: random.fork('denoiser'),
        }),
      ),
    adam: { beta2: 0.99 },
    timesteps: logNormalTimesteps,
  });
  const first = firstPictures(pictures, classes);
  const shown = fromPixels(first.x);
  const { condition } = first;
  first.x.dispose();
  /** The timestep of each of some pictures, and the pictures with that much noise. */
  const noised = (timestep: number) => {
    const timesteps = tf.fill([shown.shape[0]], timestep, 'int32');
    const noise = views.fork('noise').normal(shown.shape);
    return { timesteps, xt: addNoise(shown, noise, timesteps, averaged.schedule) };
  };
  let levels: readonly number[] = [];
  const picturesOf = (x: tf.Tensor): tf.Tensor => tf.tidy(() => toBytes(tf.div(tf.add(x, 1), 2)));
  return {
    ...rest,
    shown: shownOf(PICTURES.made, classes),
    samples: async (n, live, signal) => {
      const samples = await sample([n, ...shape], live, { signal });
      const bytes = picturesOf(samples);
      samples.dispose();
      return bytes;
    },
    views: {
      /** The first pictures with the noise of a level. */
      noised: (look) => tf.tidy(() => picturesOf(noised(timestepOf(look)).xt)),
      /** What the denoiser makes of them. */
      estimate: (look) =>
        tf.tidy(() => {
          const { xt, timesteps } = noised(timestepOf(look));
          return picturesOf(averaged.estimate(xt, timesteps, { condition }).sample);
        }),
      /** Samples while they are made, from noise, `[making, calls + 1, ...]`. */
      making: (_, live, signal) =>
        stacked(async (keep) => {
          const reached: number[] = [];
          const onStep = ({ timestep, xt }: SampleProgress): void => {
            keep(picturesOf(xt));
            reached.push(levelOf(timestep));
          };
          const last = await sample([PICTURES.making, ...shape], live, { onStep, signal });
          keep(picturesOf(last));
          last.dispose();
          levels = [...reached, 0];
        }, 1),
      /** The noise levels at which these were looked at, `[calls + 1]`. */
      levels: () => tf.tensor1d([...levels]),
    },
    dispose: () => {
      dispose();
      tf.dispose({ shown, condition });
    },
  };
}

/** Pixels from 0 to 1 as a denoiser's numbers, of about zero mean. */
export const fromPixels = (pixels: tf.Tensor): tf.Tensor => tf.tidy(() => tf.sub(tf.mul(2, pixels), 1));
