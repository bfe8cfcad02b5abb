import { PICTURES } from '../training/sizes.js';
import { drawGallery } from './gallery.js';
import type { LabView } from './view.js';

/** Samples of a diffusion model while they are made. */
export const making: LabView = {
  name: 'making',
  title: 'From noise to a sample',
  about:
    'Each row is one sample while it is made: from pure noise on the left, step by step, to the sample on the right.',
  families: ['diffusion'],
  for: 'pictures',
  arrays: ['making'],
  ratio: 0.6,
  draw(canvas, { frame, pictures, experiment }) {
    if (pictures === undefined) return;
    const stops = Math.min(PICTURES.stops, experiment.calls + 1);
    const strips = [{ title: 'Samples while they are made', bytes: frame.pictures['making'] }];
    drawGallery(canvas, strips, pictures.shape, stops);
  },
  describe: ({ frame, experiment }) =>
    frame.pictures['making'] === undefined
      ? 'No sample is made yet.'
      : `${PICTURES.making} samples on their way from noise, in ${experiment.calls} calls of the network.`,
};
