import { PICTURES } from '../training/sizes.js';
import { drawGallery, firstOf, sizeOf } from './gallery.js';
import type { LabView } from './view.js';

/** What a discriminator says of pictures and of samples. */
export const scores: LabView = {
  name: 'scores',
  title: 'What the discriminator says',
  about:
    'The probability that D gives each picture of being data. Where it says about a half of both, it cannot tell them apart.',
  families: ['gan'],
  for: 'pictures',
  arrays: ['scores'],
  ratio: 0.42,
  draw(canvas, { frame, pictures }) {
    const all = frame.arrays['scores'];
    const bytes = frame.pictures['samples'];
    if (pictures === undefined || all === undefined || bytes === undefined) return;
    const half = all.length / 2;
    const told = (from: number): string =>
      [...all.subarray(from, from + half)].map((score) => `${(100 * score).toFixed(0)}%`).join('  ');
    const strips = [
      { title: `Data: ${told(0)}`, bytes: firstOf(pictures, half) },
      { title: `Samples: ${told(half)}`, bytes: bytes.subarray(0, half * sizeOf(pictures.shape)) },
    ];
    drawGallery(canvas, strips, pictures.shape, PICTURES.compared);
  },
  describe({ frame }) {
    const all = frame.arrays['scores'];
    if (all === undefined) return 'The discriminator has said nothing yet.';
    const mean = (values: Float32Array): string =>
      ((100 * values.reduce((sum, value) => sum + value, 0)) / values.length).toFixed(0);
    const half = all.length / 2;
    return `The discriminator gives pictures of the data ${mean(all.subarray(0, half))}% on average, samples ${mean(all.subarray(half))}%.`;
  },
};
