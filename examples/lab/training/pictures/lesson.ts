import type { Pictures } from '../../experiment/pictures.js';
import type { Lesson } from '../learner.js';

/** What a learner of pictures is made from. */
export interface PicturesLesson extends Lesson {
  readonly pictures: Pictures;
  /** The number of classes of which the model is told; undefined if it is told none. */
  readonly classes: number | undefined;
}
