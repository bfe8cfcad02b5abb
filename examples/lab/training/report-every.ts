import type { Experiment } from '../experiment/experiment.js';
import { kindOf } from '../experiment/pictures.js';

const ofPictures = { vae: 5, gan: 2, diffusion: 1, tokens: 10 } as const;

/** Updates between two reports: few where an update takes long. */
export const reportEvery = ({ family, data }: Pick<Experiment, 'family' | 'data'>): number =>
  kindOf(data) === 'pictures' ? ofPictures[family] : 10;
