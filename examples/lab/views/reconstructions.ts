import { PICTURES } from '../training/sizes.js';
import { drawGallery, firstOf } from './gallery.js';
import type { LabView } from './view.js';

/** Pictures, and what a VAE makes of them. */
export const reconstructions: LabView = {
  name: 'reconstructions',
  title: 'Reconstructions',
  about:
    'The encoder turns each picture into a few numbers, and the decoder draws it again from them: what they leave out is blurred.',
  families: ['vae'],
  for: 'pictures',
  arrays: ['reconstruction'],
  ratio: 0.42,
  draw(canvas, { frame, pictures }) {
    if (pictures === undefined) return;
    const strips = [
      { title: 'Data', bytes: firstOf(pictures, PICTURES.compared) },
      { title: 'Reconstructed', bytes: frame.pictures['reconstruction'] },
    ];
    drawGallery(canvas, strips, pictures.shape);
  },
  describe({ frame, pictures }) {
    const bytes = frame.pictures['reconstruction'];
    if (bytes === undefined || pictures === undefined) return 'There are no reconstructions yet.';
    const error = bytes.reduce((sum, byte, i) => sum + Math.abs(byte - pictures.data[i]!), 0) / (255 * bytes.length);
    return `The first pictures of the data and their reconstructions; a pixel differs by ${(100 * error).toFixed(0)} of 100 on average.`;
  },
};
