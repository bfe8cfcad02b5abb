import { batches } from 'tfjs-generative';
import { classCountOf } from '../../experiment/classes.js';
import type { PointFamily } from '../../experiment/fields.js';
import type { Learner, Lesson, PointsLesson } from '../learner.js';
import type { Opened } from '../opened.js';
import { take } from '../painter.js';
import { DATA } from '../sizes.js';
import { drawClasses, drawData } from './draw-data.js';
import { createMeasuring } from './measure.js';

/** A family is loaded when it is chosen. */
const learners: Readonly<Record<PointFamily, () => Promise<(lesson: PointsLesson) => Learner>>> = {
  vae: async () => (await import('./vae.js')).createVae,
  gan: async () => (await import('./gan.js')).createGan,
  diffusion: async () => (await import('./diffusion.js')).createDiffusion,
  drifting: async () => (await import('./drifting.js')).createDrifting,
};

/** Begins to learn points. */
export async function openPoints(lesson: Lesson): Promise<Opened> {
  const { experiment, random } = lesson;
  const createLearner = await learners[experiment.family as PointFamily]();
  const data = drawData(experiment, DATA, random.fork('data'));
  const isConditional = classCountOf(experiment) !== undefined;
  const condition = isConditional ? drawClasses(experiment, DATA, random.fork('data')) : undefined;
  const source = batches(condition === undefined ? data : { x: data, condition }, {
    batchSize: experiment.batch,
    random: random.fork('order'),
  });
  const learner = createLearner({ ...lesson, data });
  return {
    learner,
    source,
    shown: { data: await take(data.clone()) },
    measure: createMeasuring(experiment, random.fork('measures')),
    measureEvery: 250,
    dispose: () => {
      learner.dispose();
      data.dispose();
      condition?.dispose();
    },
  };
}
