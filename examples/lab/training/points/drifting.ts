import * as tf from '@tensorflow/tfjs-core';
import { createGenerator, createTrainer, mlp, uniformPrior, type Generator } from 'tfjs-generative';
import { drift } from '../../data/drift.js';
import { gridLines, type Learner, type PointsLesson } from '../learner.js';
import { liveAdam, withLiveSettings } from '../live.js';
import { ARROWS, SAMPLES } from '../sizes.js';

/** The decay of the generator's average, which is sampled. */
const AVERAGE = 0.995;

/** A drifting model of points: a generator whose samples are to be where they would drift. */
export function createDrifting(lesson: PointsLesson): Learner {
  const { experiment, random, data, live } = lesson;
  const { width } = experiment;
  const create = (): Generator =>
    createGenerator(mlp({ sizes: [2, width, width, width, 2], random: random.fork('generator') }), {
      latentSize: 2,
      prior: uniformPrior,
    });
  const [generator, averaged] = [create(), create()];
  const trainer = createTrainer({
    name: 'drifting',
    parts: { generator },
    optimizer: liveAdam(() => live().rate),
    random,
    averages: { generator: { into: averaged, decay: AVERAGE } },
    settings: { tau: experiment.tau },
    loss: ({ x, random: chance }) => {
      const made = generator.generate(generator.sampleLatent(x.shape[0], chance));
      // where the samples would drift, a constant to the gradient
      const goal = tf.customGrad(() => ({
        value: tf.add(made, drift(made, x, made, live().tau)),
        gradFunc: () => [],
      }))();
      return { loss: tf.mean(tf.square(tf.sub(made, goal))) };
    },
  });
  const views = random.fork('views');
  const samplesOf = (player: Generator, n: number): tf.Tensor =>
    tf.tidy(() => player.generate(player.sampleLatent(n, views.fork('samples'))));
  return {
    trainer: withLiveSettings(trainer, () => ({ tau: live().tau })),
    model: { generator: averaged },
    shown: SAMPLES,
    samples: (n) => samplesOf(averaged, n),
    views: {
      /** Samples of the generator that learns, and how they drift, `[ARROWS, 4]`. */
      drift: () =>
        tf.tidy(() => {
          const points = samplesOf(generator, SAMPLES);
          const nearby = tf.slice(data, [0, 0], [SAMPLES, 2]);
          const arrows = tf.concat([points, drift(points, nearby, points, live().tau)], 1);
          return tf.slice(arrows, [0, 0], [ARROWS, 4]);
        }),
      /** The lines of a grid over the latents, as the generator maps them. */
      warp: () => tf.tidy(() => averaged.generate(gridLines(1))),
    },
    dispose: () => [trainer, generator, averaged].forEach((one) => one.dispose()),
  };
}
