import type { Experiment } from '../experiment/experiment.js';
import { kindOf } from '../experiment/pictures.js';
import { clouds } from './clouds.js';
import { elbo } from './elbo.js';
import { interpolation } from './interpolation.js';
import { latents } from './latents.js';
import { making } from './making.js';
import { noising } from './noising.js';
import { pictureLatents } from './picture-latents.js';
import { reconstructions } from './reconstructions.js';
import { samplers } from './samplers.js';
import { scores } from './scores.js';
import type { LabView } from './view.js';

const views: readonly LabView[] = [
  latents,
  pictureLatents,
  elbo,
  clouds,
  samplers,
  reconstructions,
  interpolation,
  scores,
  making,
  noising,
];

/** The views of an experiment, apart from the plane or the samples. */
export const viewsOf = (experiment: Experiment): readonly LabView[] =>
  views.filter(
    (view) =>
      view.families.includes(experiment.family) &&
      ['both', kindOf(experiment.data)].includes(view.for ?? 'points') &&
      view.fits?.(experiment) !== false,
  );

/** The names of the views that are open at first. */
export const firstOpen: readonly string[] = views.filter(({ isOpen }) => isOpen).map(({ name }) => name);
