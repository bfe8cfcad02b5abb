import * as tf from '@tensorflow/tfjs-core';
import { dcganDiscriminator, dcganGenerator } from 'tfjs-generative';
import { makeGan } from '../families/gan.js';
import { labelsOf } from '../labels.js';
import type { Learner } from '../learner.js';
import { GAN_LATENT, PICTURES } from '../sizes.js';
import type { PicturesLesson } from './lesson.js';
import { between, betweenClasses, firstPictures, shownOf, toBytes } from './picture-tensors.js';

/** A DCGAN of pictures. */
export function createPictureGan(lesson: PicturesLesson): Learner {
  const { experiment, random, pictures, classes } = lesson;
  const [, ...shape] = pictures.shape;
  const size = { shape, width: experiment.channels, ...(classes === undefined ? {} : { classes }) };
  const { averaged, discriminator, views, dispose, ...rest } = makeGan(lesson, {
    generate: () => dcganGenerator({ latentSize: GAN_LATENT, ...size, random: random.fork('generator') }),
    latents: { latentSize: GAN_LATENT },
    discriminate: dcganDiscriminator({ ...size, random: random.fork('discriminator') }),
    // two time scales, as in Heusel et al. 2017
    ratesApart: 2,
  });
  const { x, condition } = firstPictures(pictures, classes);
  const generate = (n: number, how: { readonly condition?: tf.Tensor | undefined }) =>
    averaged.generate(averaged.sampleLatent(n, views.fork('samples')), how);
  return {
    ...rest,
    shown: shownOf(PICTURES.shown, classes),
    samples: (n, live) => tf.tidy(() => toBytes(generate(n, { condition: labelsOf(n, live, classes) }))),
    views: {
      /** D(x) of the first pictures, then of the first samples. */
      scores: (_, live) =>
        tf.tidy(() => {
          const count = x.shape[0];
          const conditioning = { condition: labelsOf(count, live, classes) };
          return tf.concat([
            discriminator.probability(x, { condition }),
            discriminator.probability(generate(count, conditioning), conditioning),
          ]);
        }),
      /** Ways between pairs of samples, through the latents and the classes. */
      interpolation: (_, live) =>
        tf.tidy(() => {
          const latents = averaged.sampleLatent(PICTURES.compared, views.fork('ends'));
          const ends = labelsOf(PICTURES.compared, live, classes);
          return toBytes(averaged.generate(between(latents), { condition: betweenClasses(ends, classes) }));
        }),
    },
    dispose: () => {
      dispose();
      tf.dispose({ x, condition });
    },
  };
}
