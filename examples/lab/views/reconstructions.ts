import { PICTURES } from '../training/sizes.js';
import { difference, firstOf, gallery } from './gallery.js';

/** Pictures, and what a VAE makes of them. */
export const reconstructions = gallery({
  name: 'reconstructions',
  title: 'Reconstructions',
  about:
    'The encoder turns each picture into a few numbers, from which the decoder draws it again. What these numbers leave out is blurred.',
  families: ['vae'],
  arrays: ['reconstruction'],
  strips: ({ frame }, pictures) => [
    { title: 'Data', bytes: firstOf(pictures, PICTURES.compared) },
    { title: 'Reconstructed', bytes: frame.pictures['reconstruction'] },
  ],
  describe({ frame }, pictures) {
    const bytes = frame.pictures['reconstruction'];
    return (
      bytes && `Pictures and their reconstructions, whose pixels differ by ${difference(bytes, pictures)} on average.`
    );
  },
});
