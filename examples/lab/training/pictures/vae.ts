import * as tf from '@tensorflow/tfjs-core';
import {
  convDecoder,
  convEncoder,
  createDecoder,
  createGaussianEncoder,
  createVaeTrainer,
  elboObjective,
  gaussian,
} from 'tfjs-generative';
import { liveAdam, liveRecord } from '../live.js';
import type { Learner } from '../learner.js';
import { PICTURES } from '../sizes.js';
import type { PicturesLesson } from './lesson.js';
import { between, firstPictures, toBytes } from './picture-tensors.js';

/** A convolutional VAE of pictures. */
export function createPictureVae({ experiment, live, random, pictures }: PicturesLesson): Learner {
  const { latent, channels, noise } = experiment;
  const [, ...shape] = pictures.shape;
  const encoder = createGaussianEncoder(
    convEncoder({ shape, widths: [channels, 2 * channels], outputs: 2 * latent, random: random.fork('encoder') }),
    { latentSize: latent },
  );
  const decoder = createDecoder(
    convDecoder({ inputs: latent, shape, widths: [2 * channels, channels], random: random.fork('decoder') }),
    { likelihood: gaussian({ variance: noise ** 2 }) },
  );
  const trainer = createVaeTrainer({
    encoder,
    decoder,
    objective: liveRecord(() => elboObjective({ beta: live().beta })),
    optimizer: liveAdam(() => live().rate),
    random,
  });
  const views = random.fork('views');
  const shown = firstPictures(pictures, PICTURES.compared);
  const encode = () => encoder.encode(shown).mean;
  return {
    trainer,
    model: { encoder, decoder },
    shown: PICTURES.shown,
    samples: (n) => tf.tidy(() => toBytes(decoder.mean(views.fork('samples').normal([n, latent])))),
    views: {
      /** The means of the first pictures' reconstructions. */
      reconstruction: () => tf.tidy(() => toBytes(decoder.mean(encode()))),
      /** Ways between pairs of the first pictures, through the latents. */
      interpolation: () => tf.tidy(() => toBytes(decoder.mean(between(encode(), PICTURES.stops)))),
    },
    dispose: () => [trainer, encoder, decoder, shown].forEach((one) => one.dispose()),
  };
}
