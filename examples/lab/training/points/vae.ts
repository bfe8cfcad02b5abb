import * as tf from '@tensorflow/tfjs-core';
import { mlp } from 'tfjs-generative';
import { makeVae } from '../families/vae.js';
import { latentPlane } from '../latent-plane.js';
import { gridLines, type Learner, type PointsLesson } from '../learner.js';
import { ENCODED, SAMPLES, STOPS } from '../sizes.js';

/** A VAE of points. */
export function createVae(lesson: PointsLesson): Learner {
  const { experiment, random, data } = lesson;
  const { latent, width } = experiment;
  const { encoder, decoder, views, ...rest } = makeVae(lesson, {
    encode: mlp({ sizes: [2, width, width, 2 * latent], random: random.fork('encoder') }),
    decode: mlp({ sizes: [latent, width, width, 2], random: random.fork('decoder') }),
  });
  const encode = () => encoder.encode(tf.slice(data, [0, 0], [ENCODED, 2]));
  const { toPlane, fromPlane } = latentPlane(latent);
  return {
    ...rest,
    shown: SAMPLES,
    samples: (n) => tf.tidy(() => decoder.mean(views.fork('samples').normal([n, latent]))),
    views: {
      /** Means and standard deviations of the first two latents, `[ENCODED, 4]`. */
      posterior: () =>
        tf.tidy(() => {
          const { mean, logVariance } = encode();
          return tf.concat([toPlane(mean), toPlane(tf.exp(tf.mul(0.5, logVariance)))], 1);
        }),
      /** The means of the data's reconstructions, `[ENCODED, 2]`. */
      reconstruction: () => tf.tidy(() => decoder.mean(encode().mean)),
      /** What the decoder makes of the place in the latent plane that is looked at, `[1, 2]`. */
      decoded: ({ z: [x, y] }) => tf.tidy(() => decoder.mean(fromPlane(tf.tensor2d([[x, y]])))),
      /** Latents on the straight line between two data points' means, in the plane, and what they become: `[STOPS, 4]`. */
      interpolation: ({ pair }) =>
        tf.tidy(() => {
          const { mean } = encoder.encode(tf.gather(data, tf.tensor1d([...pair], 'int32')));
          const [from, to] = [tf.slice(mean, [0, 0], [1, -1]), tf.slice(mean, [1, 0], [1, -1])];
          const shares = tf.expandDims(tf.linspace(0, 1, STOPS), 1);
          const way = tf.add(from, tf.mul(shares, tf.sub(to, from)));
          return tf.concat([toPlane(way), decoder.mean(way)], 1);
        }),
      /** The lines of a grid over the latents, as the decoder maps them. */
      warp: () => tf.tidy(() => decoder.mean(fromPlane(gridLines(2.5)))),
    },
  };
}
