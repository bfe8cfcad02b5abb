import * as tf from '@tensorflow/tfjs-core';
import { leakyRelu, mlp, uniformPrior, type Generator } from 'tfjs-generative';
import { makeGan } from '../families/gan.js';
import { cells, gridLines, type Learner, type PointsLesson } from '../learner.js';
import { ARROWS, HEAT, SAMPLES } from '../sizes.js';

/** A GAN of points. */
export function createGan(lesson: PointsLesson): Learner {
  const { width } = lesson.experiment;
  const network = (name: string, inputs: number, outputs: number) =>
    mlp({
      sizes: [inputs, width, width, width, outputs],
      activation: leakyRelu,
      random: lesson.random.fork(name),
    });
  const { learning, averaged, discriminator, views, ...rest } = makeGan(lesson, {
    generate: () => network('generator', 2, 2),
    latents: { latentSize: 2, prior: uniformPrior },
    discriminate: network('discriminator', 2, 1),
  });
  const samplesOf = (player: Generator, n: number): tf.Tensor =>
    tf.tidy(() => player.generate(player.sampleLatent(n, views.fork('samples'))));
  return {
    ...rest,
    shown: SAMPLES,
    samples: (n) => samplesOf(averaged, n),
    views: {
      /** D at the cells of the plane. */
      heat: () => tf.tidy(() => discriminator.probability(cells(HEAT))),
      /** Samples of the generator that learns, which jump where those of the average glide, `[SAMPLES, 2]`. */
      now: () => samplesOf(learning, SAMPLES),
      /** The same, and where D's gradient moves them, `[ARROWS, 4]`. */
      arrows: () =>
        tf.tidy(() => {
          const points = samplesOf(learning, ARROWS);
          const slope = tf.grad((x: tf.Tensor) => tf.sum(discriminator.logits(x)))(points);
          return tf.concat([points, slope], 1);
        }),
      /** The lines of a grid over the latents, as the generator maps them. */
      warp: () => tf.tidy(() => averaged.generate(gridLines(1))),
    },
  };
}
