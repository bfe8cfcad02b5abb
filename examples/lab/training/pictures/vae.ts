import * as tf from '@tensorflow/tfjs-core';
import { convDecoder, convEncoder, embedding, withCondition, type Network } from 'tfjs-generative';
import { makeVae } from '../families/vae.js';
import { labelsOf } from '../labels.js';
import { latentPlane } from '../latent-plane.js';
import type { Learner } from '../learner.js';
import { LABEL_SIZE, PICTURES } from '../sizes.js';
import type { PicturesLesson } from './lesson.js';
import { between, betweenClasses, firstPictures, shownOf, toBytes } from './picture-tensors.js';

/** A convolutional VAE of pictures. If it gets classes, the encoder takes a vector for the class at each pixel, the decoder with the latents. */
export function createPictureVae(lesson: PicturesLesson): Learner {
  const { experiment, random, pictures, classes } = lesson;
  const { latent, channels } = experiment;
  const [, height, width, colors] = pictures.shape;
  const more = classes === undefined ? 0 : LABEL_SIZE;
  const withClasses = (body: Network, name: string): Network =>
    classes === undefined
      ? body
      : withCondition(body, embedding({ classes, size: LABEL_SIZE, random: random.fork(`${name} labels`) }));
  const encode = convEncoder({
    shape: [height, width, colors + more],
    widths: [channels, 2 * channels],
    outputs: 2 * latent,
    random: random.fork('encoder'),
  });
  const decode = convDecoder({
    inputs: latent + more,
    shape: [height, width, colors],
    widths: [2 * channels, channels],
    random: random.fork('decoder'),
  });
  const { encoder, decoder, views, dispose, ...rest } = makeVae(lesson, {
    encode: withClasses(encode, 'encoder'),
    decode: withClasses(decode, 'decoder'),
  });
  const { toPlane, fromPlane } = latentPlane(latent);
  const { x, condition } = firstPictures(pictures, classes);
  const means = () => encoder.encode(x, { condition }).mean;
  const encoded = firstPictures(pictures, classes, PICTURES.encoded);
  return {
    ...rest,
    shown: shownOf(PICTURES.shown, classes),
    samples: (n, live) =>
      tf.tidy(() => {
        const z = views.fork('samples').normal([n, latent]);
        return toBytes(decoder.mean(z, { condition: labelsOf(n, live, classes) }));
      }),
    views: {
      /** Means and standard deviations of the first two latents, `[encoded, 4]`. */
      posterior: () =>
        tf.tidy(() => {
          const { mean, logVariance } = encoder.encode(encoded.x, { condition: encoded.condition });
          return tf.concat([toPlane(mean), toPlane(tf.exp(tf.mul(0.5, logVariance)))], 1);
        }),
      /** What the decoder draws from the place in the latent plane that is looked at, of the class that is shown or the first. */
      decoded: ({ z: [x1, x2] }, live) =>
        tf.tidy(() =>
          toBytes(decoder.mean(fromPlane(tf.tensor2d([[x1, x2]])), { condition: labelsOf(1, live, classes) })),
        ),
      /** The means of the first pictures' reconstructions. */
      reconstruction: () => tf.tidy(() => toBytes(decoder.mean(means(), { condition }))),
      /** Ways between pairs of the first pictures, through the latents and the classes. */
      interpolation: () =>
        tf.tidy(() => toBytes(decoder.mean(between(means()), { condition: betweenClasses(condition, classes) }))),
    },
    dispose: () => {
      dispose();
      tf.dispose({ x, condition, encoded });
    },
  };
}
