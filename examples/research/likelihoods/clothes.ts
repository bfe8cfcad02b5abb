import {
  batches,
  bernoulli,
  continuousBernoulli,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  discretizedLogistic,
  gaussian,
  learnedGaussian,
  mlp,
} from 'tfjs-generative';
import { firstImages, flatImages } from '../../shared/flat-images.js';
import { loadImages } from '../../shared/image-data.js';
import type { Compared, Study } from './study.js';

const [LATENT_SIZE, WIDTH, BATCH_SIZE, EPOCHS] = [20, 512, 128, 15];
const TEST = 2000;

/** From the blurriest to the sharpest. Pixels have 256 levels, so a variance below that of rounding makes no sense. */
const likelihoods: Readonly<Record<string, Compared>> = {
  'gaussian({ variance: 1 })': { likelihood: gaussian({ variance: 1 }), nats: 'density' },
  'gaussian({ variance: 0.02 })': { likelihood: gaussian({ variance: 0.02 }), nats: 'density' },
  bernoulli: { likelihood: bernoulli, nats: 'neither' },
  continuousBernoulli: { likelihood: continuousBernoulli, nats: 'density' },
  'learnedGaussian({ minLogVariance: -4 })': {
    likelihood: learnedGaussian({ minLogVariance: -4 }),
    nats: 'density',
  },
  'discretizedLogistic({ levels: 256 })': { likelihood: discretizedLogistic({ levels: 256 }), nats: 'probability' },
};

/** Reads grey pictures for a network of two dense layers on each side; returns a function for which a backend must run. */
export async function openClothes(data: string | undefined): Promise<() => Study> {
  const set = await loadImages(data);
  const [, height, width] = set.test.images.shape;
  const pixels = height * width;
  return () => ({
    likelihoods,
    shape: [height, width, 1],
    test: firstImages(set.test, TEST),
    latentSize: LATENT_SIZE,
    epochs: EPOCHS,
    source: (random) => batches(flatImages(set.train), { batchSize: BATCH_SIZE, random }),
    createParts(likelihood, random) {
      const encode = mlp({ sizes: [pixels, WIDTH, 2 * LATENT_SIZE], random: random.fork('encoder') });
      const outputs = pixels * likelihood.parameterSize;
      const decode = mlp({ sizes: [LATENT_SIZE, WIDTH, outputs], random: random.fork('decoder') });
      return {
        encoder: createGaussianEncoder(encode, { latentSize: LATENT_SIZE }),
        decoder: createDecoder(decode, { likelihood }),
      };
    },
    createOptimizer: () => createAdam({ learningRate: 1e-3 }),
  });
}
