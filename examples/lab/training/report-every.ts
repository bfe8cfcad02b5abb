import type { Experiment } from '../experiment/experiment.js';
import type { Family } from '../experiment/fields.js';
import { kindOf } from '../experiment/pictures.js';

const ofPictures: Readonly<Partial<Record<Family, number>>> = { vae: 5, gan: 2, diffusion: 1 };

/** Updates between two reports: few where an update takes long. */
export const reportEvery = ({ family, data }: Pick<Experiment, 'family' | 'data'>): number =>
  (kindOf(data) === 'pictures' ? ofPictures[family] : undefined) ?? 10;
