import * as tf from '@tensorflow/tfjs';
import {
  batches,
  convDecoder,
  convEncoder,
  cosineDecay,
  countParameters,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createPriorSampler,
  createVaeTrainer,
  discretizedLogistic,
  embedding,
  estimateLogLikelihood,
  linearRamp,
  withCondition,
  type RandomStream,
} from 'tfjs-generative';
import { BOUND_IMAGES, type Bound } from '../shared/bound.js';
import { firstPictures } from '../shared/flat-images.js';
import { CLASSES } from '../shared/image-data.js';
import { labelsInTurn } from '../shared/labels.js';
import type { Family } from './family.js';

const [BATCH_SIZE, LATENT_SIZE, LABEL_SIZE] = [64, 24, 4];
/** Channels at 14 x 14 and at 7 x 7 pixels. */
const WIDTHS = [32, 64];
/** The learning rate rises over a share of the updates, then decays along a cosine. */
const [LEARNING_RATE, WARM_UP, BETA2] = [4e-3, 1 / 30, 0.99];
/** Number of draws for the tighter bound. */
const DRAWS = 100;

/** Two convolutions on each side, conditioned on the class. The likelihood has 256 levels, so its nats are those of pixels. */
export const vae: Family = {
  name: 'VAE',
  create({ images, steps, random }) {
    const labels = (name: string) =>
      embedding({ classes: CLASSES, size: LABEL_SIZE, random: random.fork(`${name} labels`) });
    const likelihood = discretizedLogistic({ levels: 256, start: { mean: 0.5, logScale: -2 } });
    const encode = convEncoder({
      shape: [28, 28, 1 + LABEL_SIZE],
      widths: WIDTHS,
      outputs: 2 * LATENT_SIZE,
      random: random.fork('encoder'),
    });
    const decode = convDecoder({
      inputs: LATENT_SIZE + LABEL_SIZE,
      shape: [28, 28, likelihood.parameterSize],
      widths: [...WIDTHS].reverse(),
      random: random.fork('decoder'),
    });
    const encoder = createGaussianEncoder(withCondition(encode, labels('encoder')), { latentSize: LATENT_SIZE });
    const decoder = createDecoder(withCondition(decode, labels('decoder')), { likelihood });
    const rise = linearRamp({ from: 0, to: 1, steps: Math.ceil(WARM_UP * steps) });
    const decay = cosineDecay({ from: LEARNING_RATE, to: 0, steps });
    const optimizer = createAdam({ learningRate: (step) => rise(step + 1) * decay(step), beta2: BETA2 });
    const trainer = createVaeTrainer({ encoder, decoder, optimizer, random });

    const sampler = createPriorSampler(decoder, { latentSize: LATENT_SIZE });
    const sample = (count: number, stream: RandomStream): tf.Tensor =>
      tf.tidy(() => sampler.draw(count, stream, { condition: labelsInTurn(count) }));
    return {
      parameters: countParameters(encoder, decoder),
      trainer,
      source: batches({ x: images.images, condition: images.labels }, { batchSize: BATCH_SIZE, random }),
      ways: [{ name: 'VAE', sample }],
      async bounds(test) {
        const x = firstPictures(test, BOUND_IMAGES);
        const condition = tf.tensor1d(test.labels.data.subarray(0, x.shape[0]), 'int32');
        const bound = async (samples: number): Promise<Bound> => {
          const options = { samples, random: random.fork('bound'), condition };
          const { nats, standardError } = await estimateLogLikelihood({ encoder, decoder }, x, options);
          return { nats, standardError };
        };
        // with one draw it equals the evidence lower bound
        const bounds = { elbo: await bound(1), bound: await bound(DRAWS) };
        tf.dispose([x, condition]);
        return bounds;
      },
      dispose: () => [trainer, encoder, decoder].forEach((part) => part.dispose()),
    };
  },
};
