import * as tf from '@tensorflow/tfjs-core';
import {
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  dcganDiscriminator,
  dcganGenerator,
} from 'tfjs-generative';
import { liveAdam } from '../live.js';
import { AVERAGE, losses, penaltyOf } from '../gan.js';
import type { Learner } from '../learner.js';
import { GAN_LATENT, PICTURES } from '../sizes.js';
import type { PicturesLesson } from './lesson.js';
import { between, firstPictures, toBytes } from './picture-tensors.js';

/** A DCGAN of pictures. */
export function createPictureGan({ experiment, live, random, pictures }: PicturesLesson): Learner {
  const { channels, loss } = experiment;
  const [, ...shape] = pictures.shape;
  const generator = () =>
    createGenerator(
      dcganGenerator({ latentSize: GAN_LATENT, shape, width: channels, random: random.fork('generator') }),
      {
        latentSize: GAN_LATENT,
      },
    );
  const [learning, averaged] = [generator(), generator()];
  const discriminator = createDiscriminator(
    dcganDiscriminator({ shape, width: channels, random: random.fork('discriminator') }),
  );
  const adam = (factor: number) => liveAdam(() => factor * live().rate, { beta1: 0, beta2: 0.99 });
  const trainer = createGanTrainer({
    generator: learning,
    discriminator,
    loss: losses[loss],
    // two time scales, as in Heusel et al. 2017
    optimizers: { generator: adam(1), discriminator: adam(2) },
    penalty: penaltyOf(experiment, live),
    random,
    average: { into: averaged, decay: AVERAGE },
  });
  const views = random.fork('views');
  const shown = firstPictures(pictures, PICTURES.compared);
  const generate = (n: number, name: string) => averaged.generate(averaged.sampleLatent(n, views.fork(name)));
  return {
    trainer,
    model: { generator: averaged },
    shown: PICTURES.shown,
    samples: (n) => tf.tidy(() => toBytes(generate(n, 'samples'))),
    views: {
      /** D(x) of the first pictures, then of the first samples. */
      scores: () =>
        tf.tidy(() =>
          tf.concat([discriminator.probability(shown), discriminator.probability(generate(shown.shape[0], 'samples'))]),
        ),
      /** Ways between pairs of samples, through the latents. */
      interpolation: () =>
        tf.tidy(() => {
          const latents = averaged.sampleLatent(PICTURES.compared, views.fork('ends'));
          return toBytes(averaged.generate(between(latents, PICTURES.stops)));
        }),
    },
    dispose: () => [trainer, learning, averaged, discriminator, shown].forEach((one) => one.dispose()),
  };
}
