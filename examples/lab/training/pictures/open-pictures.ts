import { batches } from 'tfjs-generative';
import { classCountOf } from '../../experiment/classes.js';
import type { PictureFamily } from '../../experiment/fields.js';
import type { Pictures } from '../../experiment/pictures.js';
import type { Learner, Lesson } from '../learner.js';
import type { Opened } from '../opened.js';
import { createPictureDiffusion, fromPixels } from './diffusion.js';
import { createPictureGan } from './gan.js';
import type { PicturesLesson } from './lesson.js';
import { createPictureMeasuring } from './measure.js';
import { createPictureVae } from './vae.js';

const learners: Readonly<Record<PictureFamily, (lesson: PicturesLesson) => Learner>> = {
  vae: createPictureVae,
  gan: createPictureGan,
  diffusion: createPictureDiffusion,
};

/** Begins to learn pictures. */
export function openPictures(lesson: Lesson, pictures: Pictures): Opened {
  const { experiment, random } = lesson;
  const { family, batch } = experiment;
  const classes = classCountOf({ ...experiment, pictures });
  const { data, shape, labels } = pictures;
  const options = { batchSize: batch, random: random.fork('order') };
  const isNoised = family === 'diffusion';
  const source =
    classes === undefined
      ? batches({ data, shape }, { ...options, ...(isNoised ? { transform: fromPixels } : {}) })
      : batches(
          { x: { data, shape }, condition: { data: Int32Array.from(labels!), shape: [shape[0]] } },
          {
            ...options,
            ...(isNoised ? { transform: ({ x, condition }) => ({ x: fromPixels(x), condition }) } : {}),
          },
        );
  const learner = learners[family as PictureFamily]({ ...lesson, pictures, classes });
  return {
    learner,
    source,
    // a copy, because it is transferred
    shown: { data: new Float32Array(), pictures: { ...pictures, data: data.slice() } },
    measure: createPictureMeasuring(pictures, { shown: learner.shown, classes, random: random.fork('measures') }),
    measureEvery: 5_000,
    dispose: () => learner.dispose(),
  };
}
