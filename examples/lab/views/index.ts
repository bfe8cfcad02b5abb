import type { Experiment } from '../experiment/experiment.js';
import { latents } from './latents.js';
import type { LabView } from './view.js';

const views: readonly LabView[] = [latents];

/** The views of an experiment beside the plane. */
export const viewsOf = ({ family }: Experiment): readonly LabView[] =>
  views.filter(({ families }) => families.includes(family));
