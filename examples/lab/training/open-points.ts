import { batches } from 'tfjs-generative';
import type { Experiment } from '../experiment/experiment.js';
import { createDiffusion } from './diffusion.js';
import { drawData } from './draw-data.js';
import { createGan } from './gan.js';
import type { Learner, Lesson, PointsLesson } from './learner.js';
import { createMeasuring } from './measure.js';
import type { Opened } from './opened.js';
import { take } from './painter.js';
import { DATA } from './sizes.js';
import { createVae } from './vae.js';

const learners: Readonly<Record<Experiment['family'], (lesson: PointsLesson) => Learner>> = {
  vae: createVae,
  gan: createGan,
  diffusion: createDiffusion,
};

/** Begins to learn points. */
export async function openPoints(lesson: Lesson): Promise<Opened> {
  const { experiment, random } = lesson;
  const data = drawData(experiment, DATA, random.fork('data'));
  const source = batches(data, { batchSize: experiment.batch, random: random.fork('order') });
  const learner = learners[experiment.family]({ ...lesson, data });
  return {
    learner,
    source,
    shown: { data: await take(data.clone()) },
    measure: createMeasuring(experiment, learner, random.fork('measures')),
    measureEvery: 1_000,
    dispose: () => {
      learner.dispose();
      data.dispose();
    },
  };
}
