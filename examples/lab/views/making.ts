import { PICTURES } from '../training/sizes.js';
import { gallery } from './gallery.js';

/** Samples of a diffusion model while they are made. */
export const making = gallery({
  name: 'making',
  title: 'From noise to a sample',
  about: 'Each row is one sample while it is made: from noise on the left, step by step, to the sample on the right.',
  families: ['diffusion'],
  arrays: ['making'],
  strips: ({ frame }) => [{ title: 'Samples while they are made', bytes: frame.pictures['making'] }],
  columns: ({ experiment }) => Math.min(PICTURES.stops, experiment.calls + 1),
  describe: ({ frame, experiment }) =>
    frame.pictures['making'] &&
    `${PICTURES.making} samples on their way from noise, in ${experiment.calls} calls of the network.`,
});
