import * as tf from '@tensorflow/tfjs-core';
import { createDecoder, createGaussianEncoder, createVaeTrainer, elboObjective, gaussian, mlp } from 'tfjs-generative';
import { gridLines, type Learner, type Lesson } from './learner.js';
import { liveAdam, liveRecord } from './live.js';
import { ENCODED } from './sizes.js';

/** A VAE of points. */
export function createVae({ experiment, live, random, data }: Lesson): Learner {
  const { latent, width, noise } = experiment;
  const encoder = createGaussianEncoder(mlp({ sizes: [2, width, width, 2 * latent], random: random.fork('encoder') }), {
    latentSize: latent,
  });
  const decoder = createDecoder(mlp({ sizes: [latent, width, width, 2], random: random.fork('decoder') }), {
    likelihood: gaussian({ variance: noise ** 2 }),
  });
  const trainer = createVaeTrainer({
    encoder,
    decoder,
    objective: liveRecord(() => elboObjective({ beta: live().beta })),
    optimizer: liveAdam(() => live().rate),
    random,
  });
  const views = random.fork('views');
  const encode = () => encoder.encode(tf.slice(data, [0, 0], [ENCODED, 2]));
  return {
    trainer,
    model: { encoder, decoder },
    samples: (n) => tf.tidy(() => decoder.mean(views.fork('samples').normal([n, latent]))),
    views: {
      /** Means and standard deviations of the first two latents, `[ENCODED, 4]`. */
      posterior: () =>
        tf.tidy(() => {
          const { mean, logVariance } = encode();
          const plane = (x: tf.Tensor): tf.Tensor =>
            latent === 1 ? tf.concat([x, tf.zerosLike(x)], 1) : tf.slice(x, [0, 0], [ENCODED, 2]);
          return tf.concat([plane(mean), plane(tf.exp(tf.mul(0.5, logVariance)))], 1);
        }),
      /** The means of the data's reconstructions, `[ENCODED, 2]`. */
      reconstruction: () => tf.tidy(() => decoder.mean(encode().mean)),
      /** The lines of a grid over the latents, as the decoder maps them. */
      warp: () =>
        tf.tidy(() => {
          const lines = gridLines(2.5);
          const rest = tf.zeros([lines.shape[0], Math.max(0, latent - 2)]);
          const z = latent === 1 ? tf.slice(lines, [0, 0], [-1, 1]) : tf.concat([lines, rest], 1);
          return decoder.mean(z);
        }),
    },
    dispose: () => [trainer, encoder, decoder].forEach((one) => one.dispose()),
  };
}
