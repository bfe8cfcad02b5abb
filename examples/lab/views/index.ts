import type { Experiment } from '../experiment/experiment.js';
import { clouds } from './clouds.js';
import { elbo } from './elbo.js';
import { latents } from './latents.js';
import { samplers } from './samplers.js';
import type { LabView } from './view.js';

const views: readonly LabView[] = [latents, elbo, clouds, samplers];

/** The views of an experiment beside the plane. */
export const viewsOf = (experiment: Experiment): readonly LabView[] =>
  views.filter(({ families, fits }) => families.includes(experiment.family) && fits?.(experiment) !== false);

/** The names of the views that are open at first. */
export const firstOpen: readonly string[] = views.filter(({ isOpen }) => isOpen).map(({ name }) => name);
