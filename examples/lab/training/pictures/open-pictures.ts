import { batches } from 'tfjs-generative';
import type { Experiment } from '../../experiment/experiment.js';
import type { Pictures } from '../../experiment/pictures.js';
import type { Learner, Lesson } from '../learner.js';
import type { Opened } from '../opened.js';
import { createPictureDiffusion, fromPixels } from './diffusion.js';
import { createPictureGan } from './gan.js';
import type { PicturesLesson } from './lesson.js';
import { createPictureMeasuring } from './measure.js';
import { createPictureVae } from './vae.js';

const learners: Readonly<Record<Experiment['family'], (lesson: PicturesLesson) => Learner>> = {
  vae: createPictureVae,
  gan: createPictureGan,
  diffusion: createPictureDiffusion,
};

/** Begins to learn pictures. */
export function openPictures(lesson: Lesson, pictures: Pictures): Opened {
  const { experiment, random } = lesson;
  const { family, batch } = experiment;
  const source = batches(pictures, {
    batchSize: batch,
    random: random.fork('order'),
    ...(family === 'diffusion' ? { transform: fromPixels } : {}),
  });
  const learner = learners[family]({ ...lesson, pictures });
  return {
    learner,
    source,
    // a copy, because it is transferred
    shown: { data: new Float32Array(), pictures: { ...pictures, data: pictures.data.slice() } },
    measure: createPictureMeasuring(pictures, learner.shown, random.fork('measures')),
    measureEvery: 5_000,
    dispose: () => learner.dispose(),
  };
}
