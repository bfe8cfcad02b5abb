import * as tf from '@tensorflow/tfjs';
import {
  batches,
  bernoulli,
  continuousBernoulli,
  createAdam,
  discretizedLogistic,
  gaussian,
  learnedGaussian,
} from 'tfjs-generative';
import { frechetDistance } from 'tfjs-generative/metrics';
import { loadPictureClassifier } from '../emoji/classifier.js';
import { balanced, inTurn, pixelsOf, type ColourPictures } from '../../shared/colour-pictures.js';
import { loadPictures } from '../../shared/load-pictures.js';
import { conditionalVae } from '../shared/conditional-vae.js';
import { warmCosine } from '../../shared/warm-cosine.js';
import type { Compared, Study } from './study.js';

/** Pictures are halved to 16 x 16, so that all likelihoods take minutes. */
const [LATENT_SIZE, BATCH_SIZE, EPOCHS] = [32, 32, 4];
const WIDTHS = [16, 32];
const [LEARNING_RATE, WARM_UP, BETA2] = [2e-3, 1 / 30, 0.99];
const [SIZE, WHITE] = [32, [1, 1, 1] as const];

const likelihoods: Readonly<Record<string, Compared>> = {
  'gaussian({ variance: 0.02 })': { likelihood: gaussian({ variance: 0.02 }), nats: 'density' },
  bernoulli: { likelihood: bernoulli, nats: 'neither' },
  continuousBernoulli: { likelihood: continuousBernoulli, nats: 'density' },
  'learnedGaussian({ minLogVariance: -4 })': {
    likelihood: learnedGaussian({ minLogVariance: -4 }),
    nats: 'density',
  },
  'discretizedLogistic({ levels: 256 })': { likelihood: discretizedLogistic({ levels: 256 }), nats: 'probability' },
  'the same with start: { mean: 0.5, logScale: -2 }': {
    likelihood: discretizedLogistic({ levels: 256, start: { mean: 0.5, logScale: -2 } }),
    nats: 'probability',
  },
};

/** Reads emoji for a convolutional network that is conditioned on the class; returns a function for which a backend must run. */
export async function openEmoji(data: string | undefined): Promise<() => Promise<Study>> {
  const { train, heldOut } = await loadPictures({ data, size: SIZE, background: WHITE });
  const { images, labels, classes } = halved(balanced(train));
  const shape = [SIZE / 2, SIZE / 2, 3] as const;
  const test = halved(inTurn(heldOut));
  return async () => {
    const classifier = await loadPictureClassifier();
    const real = pixelsOf(test);
    const realFeatures = classifier.features(real);
    return {
      likelihoods,
      shape,
      test: real,
      condition: tf.tensor1d(test.labels.data, 'int32'),
      latentSize: LATENT_SIZE,
      epochs: EPOCHS,
      source: (random) => batches({ x: images, condition: labels }, { batchSize: BATCH_SIZE, random }),
      createParts: (likelihood, random) =>
        conditionalVae({ shape, classes: classes.length, latentSize: LATENT_SIZE, widths: WIDTHS, likelihood, random }),
      createOptimizer(steps) {
        return createAdam({
          learningRate: warmCosine({ highest: LEARNING_RATE, warmUp: Math.ceil(WARM_UP * steps), steps }),
          beta2: BETA2,
        });
      },
      async distance(pictures) {
        const features = classifier.features(pictures);
        const { value } = await frechetDistance(features, realFeatures);
        features.dispose();
        return value;
      },
    };
  };
}

/** The same pictures with half the height and width, by averages of 2 x 2 pixels. */
function halved(pictures: ColourPictures): ColourPictures {
  const [count, height, width] = pictures.images.shape;
  const bytes = pictures.images.data;
  const shape = [count, height / 2, width / 2, 3] as const;
  const data = new Uint8Array(bytes.length / 4);
  const row = 3 * width;
  for (let to = 0; to < data.length; to++) {
    const [channel, place] = [to % 3, Math.floor(to / 3)];
    const from = 2 * row * Math.floor(place / shape[2]) + 6 * (place % shape[2]) + channel;
    data[to] = Math.round((bytes[from]! + bytes[from + 3]! + bytes[from + row]! + bytes[from + row + 3]!) / 4);
  }
  return { ...pictures, images: { data, shape } };
}
