import { PICTURES } from '../training/sizes.js';
import { brightness, firstOf, gallery, sizeOf } from './gallery.js';

/** Samples of a model of pictures, beside pictures of the data. */
export const samples = gallery({
  name: 'samples',
  title: 'Samples',
  about: 'The samples are always made from the same noise, so that you see them change.',
  families: ['vae', 'gan', 'diffusion'],
  arrays: [],
  strips: ({ frame }, pictures) => [
    { title: `Samples after ${frame.step.toLocaleString('en')} updates`, bytes: frame.pictures['samples'] },
    { title: 'Data', bytes: firstOf(pictures, PICTURES.compared) },
  ],
  describe({ frame }, pictures) {
    const bytes = frame.pictures['samples'];
    if (bytes === undefined) return undefined;
    const { data, shape } = pictures;
    const count = bytes.length / sizeOf(shape);
    return `${count} samples after ${frame.step} updates; their mean brightness is ${brightness(bytes)}, that of the data ${brightness(data)}.`;
  },
});
