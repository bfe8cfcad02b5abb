import type { Experiment } from '../experiment/experiment.js';
import { kindOf } from '../experiment/pictures.js';
import { interpolation } from './interpolation.js';
import { latents } from './latents.js';
import { making } from './making.js';
import { noising } from './noising.js';
import { reconstructions } from './reconstructions.js';
import { scores } from './scores.js';
import type { LabView } from './view.js';

const views: readonly LabView[] = [latents, reconstructions, interpolation, scores, noising, making];

/** The views of an experiment beside the plane or the samples. */
export const viewsOf = ({ family, data }: Experiment): readonly LabView[] =>
  views.filter((view) => view.families.includes(family) && (view.for ?? 'points') === kindOf(data));
