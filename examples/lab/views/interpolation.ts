import { PICTURES } from '../training/sizes.js';
import { gallery } from './gallery.js';

/** Ways between pairs of pictures, through the latents. */
export const interpolation = gallery({
  name: 'interpolation',
  title: 'Between two pictures',
  about: 'In each row the latents move in a straight line from those of the first picture to those of the last.',
  families: ['vae', 'gan'],
  arrays: ['interpolation'],
  strips: ({ frame }) => [{ title: 'From one picture to the other', bytes: frame.pictures['interpolation'] }],
  columns: () => PICTURES.stops,
  describe: ({ frame }) =>
    frame.pictures['interpolation'] &&
    `${PICTURES.compared / 2} rows of ${PICTURES.stops} pictures, each from one picture to another through the latents.`,
});
