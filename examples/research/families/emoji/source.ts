import { batches, type RandomStream } from 'tfjs-generative';
import { mirroredClasses, randomMirror } from '../../emoji/augment.js';
import { balanced, type ColourPictures } from '../../../shared/colour-pictures.js';

const BATCH_SIZE = 64;

/** Batches of pictures in [0, 1] with their labels, balanced over classes, for a VAE or a GAN; those that may be are mirrored at random. */
export function createSource(pictures: ColourPictures, random: RandomStream) {
  const { images, labels, classes } = balanced(pictures);
  const mirrored = mirroredClasses(classes);
  return batches(
    { x: images, condition: labels },
    {
      batchSize: BATCH_SIZE,
      random,
      transform: ({ x, condition }, own) => ({
        x: randomMirror(x, { labels: condition, classes: mirrored, random: own }),
        condition,
      }),
    },
  );
}
