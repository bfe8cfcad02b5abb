import { PICTURES } from '../training/sizes.js';
import { brightness, drawGallery, firstOf } from './gallery.js';
import type { LabView } from './view.js';

/** Samples of a model of pictures, beside pictures of the data. */
export const samples: LabView = {
  name: 'samples',
  title: 'Samples',
  about:
    'The samples are always made from the same noise, so that one sees them change. No two of them are asked to be alike.',
  families: ['vae', 'gan', 'diffusion'],
  for: 'pictures',
  arrays: [],
  ratio: 0.72,
  draw(canvas, { frame, pictures }) {
    if (pictures === undefined) return;
    const strips = [
      { title: `Samples after ${frame.step} updates`, bytes: frame.pictures['samples'] },
      { title: 'Data', bytes: firstOf(pictures, PICTURES.compared) },
    ];
    drawGallery(canvas, strips, pictures.shape);
  },
  describe({ frame, pictures }) {
    const bytes = frame.pictures['samples'];
    if (bytes === undefined || pictures === undefined) return 'There are no samples yet.';
    const [count] = pictures.shape;
    const own = bytes.length / (pictures.data.length / count);
    return `${own} samples after ${frame.step} updates; their mean brightness is ${brightness(bytes)}, that of the ${count} pictures of the data ${brightness(pictures.data)}.`;
  },
};
