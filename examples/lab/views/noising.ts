import { PICTURES } from '../training/sizes.js';
import { difference, firstOf, gallery } from './gallery.js';

/** Pictures with noise, and what a denoiser makes of them. */
export const noising = gallery({
  name: 'noising',
  title: 'Noise, and what the denoiser sees in it',
  about:
    'The slider sets how much noise is added. With a lot of noise the denoiser can only guess, and its guess is an average of many pictures.',
  families: ['diffusion'],
  arrays: ['noised', 'estimate'],
  strips: ({ frame }, pictures) => [
    { title: 'Data', bytes: firstOf(pictures, PICTURES.compared) },
    { title: 'With noise', bytes: frame.pictures['noised'] },
    { title: 'Estimated data', bytes: frame.pictures['estimate'] },
  ],
  describe({ frame }, pictures) {
    const bytes = frame.pictures['estimate'];
    return (
      bytes &&
      `Pictures with noise, and the denoiser's estimates, whose pixels differ from the pictures' by ${difference(bytes, pictures)} on average.`
    );
  },
});
