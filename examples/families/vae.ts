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
  withCondition,
  type RandomStream,
} from 'tfjs-generative';
import { BOUND_IMAGES, type Bound } from '../shared/bound.js';
import { firstPictures } from '../shared/flat-images.js';
import { CLASSES } from '../shared/image-data.js';
import { labelsInTurn } from '../shared/labels.js';
import type { Family } from './family.js';

const [BATCH_SIZE, LATENT_SIZE, LABEL_SIZE] = [128, 24, 4];
/** Channels at 14 x 14 and at 7 x 7 pixels. */
const WIDTHS = [32, 64];
const LEARNING_RATE = 2e-3;
/** Draws of the tighter bound. */
const DRAWS = 100;

/** Two convolutions on each side, told the class. The likelihood is that of 256 levels, so that its nats are those of pixels. */
export const vae: Family = {
  name: 'VAE',
  create({ images, steps, random }) {
    const labels = (name: string) =>
      embedding({ classes: CLASSES, size: LABEL_SIZE, random: random.fork(`${name} labels`) });
    const likelihood = discretizedLogistic({ levels: 256 });
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
    const optimizer = createAdam({ learningRate: cosineDecay({ from: LEARNING_RATE, to: 0, steps }) });
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
        // with one draw it is the evidence lower bound
        const bounds = { elbo: await bound(1), bound: await bound(DRAWS) };
        tf.dispose([x, condition]);
        return bounds;
      },
      dispose: () => [trainer, encoder, decoder].forEach((part) => part.dispose()),
    };
  },
};
