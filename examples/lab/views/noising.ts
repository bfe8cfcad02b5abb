import { PICTURES } from '../training/sizes.js';
import { drawGallery, firstOf } from './gallery.js';
import type { LabView } from './view.js';

/** Pictures with noise, and what a denoiser sees in them. */
export const noising: LabView = {
  name: 'noising',
  title: 'Noise, and what the denoiser sees in it',
  about:
    'The slider sets how much noise the pictures get. From more noise the denoiser can only guess, and the guess is a mean of many pictures.',
  families: ['diffusion'],
  for: 'pictures',
  arrays: ['noised', 'estimate'],
  ratio: 0.6,
  draw(canvas, { frame, pictures }) {
    if (pictures === undefined) return;
    const strips = [
      { title: 'Data', bytes: firstOf(pictures, PICTURES.compared) },
      { title: 'With noise', bytes: frame.pictures['noised'] },
      { title: 'Estimated', bytes: frame.pictures['estimate'] },
    ];
    drawGallery(canvas, strips, pictures.shape);
  },
  describe({ frame, pictures }) {
    const bytes = frame.pictures['estimate'];
    if (bytes === undefined || pictures === undefined) return 'There are no estimates yet.';
    const error = bytes.reduce((sum, byte, i) => sum + Math.abs(byte - pictures.data[i]!), 0) / (255 * bytes.length);
    return `Pictures of the data with noise, and the denoiser's estimates of them; a pixel differs by ${(100 * error).toFixed(0)} of 100 on average.`;
  },
};
