import { PICTURES } from '../training/sizes.js';
import { drawGallery } from './gallery.js';
import type { LabView } from './view.js';

/** Ways between pairs of pictures, through the latents. */
export const interpolation: LabView = {
  name: 'interpolation',
  title: 'Between two pictures',
  about: 'In each row the latents go straight from those of the first picture to those of the last.',
  families: ['vae', 'gan'],
  for: 'pictures',
  arrays: ['interpolation'],
  ratio: 0.6,
  draw(canvas, { frame, pictures }) {
    if (pictures === undefined) return;
    const strips = [{ title: 'From one to another', bytes: frame.pictures['interpolation'] }];
    drawGallery(canvas, strips, pictures.shape, PICTURES.stops);
  },
  describe: ({ frame }) =>
    frame.pictures['interpolation'] === undefined
      ? 'There are no pictures yet.'
      : `${PICTURES.compared / 2} rows of ${PICTURES.stops} pictures, each from one picture to another through the latents.`,
};
