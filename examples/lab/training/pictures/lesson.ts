import type { Pictures } from '../../experiment/pictures.js';
import type { Lesson } from '../learner.js';

/** What a learner of pictures is made from. */
export interface PicturesLesson extends Lesson {
  readonly pictures: Pictures;
  /** The number of classes that the model gets; undefined if it gets none. */
  readonly classes: number | undefined;
}
