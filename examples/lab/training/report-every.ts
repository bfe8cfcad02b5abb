import type { Experiment } from '../experiment/experiment.js';
import { kindOf } from '../experiment/pictures.js';

const ofPictures = { vae: 5, gan: 2, diffusion: 1 } as const;

/** Updates between two reports: few where an update takes long. */
export const reportEvery = ({ family, data }: Pick<Experiment, 'family' | 'data'>): number =>
  kindOf(data) === 'points' ? 10 : ofPictures[family];
