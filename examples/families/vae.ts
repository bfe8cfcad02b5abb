import * as tf from '@tensorflow/tfjs';
import {
  batches,
  cosineDecay,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createPriorSampler,
  createVaeTrainer,
  discretizedLogistic,
  embedding,
  estimateLogLikelihood,
  mlp,
  withCondition,
  type Network,
  type RandomStream,
} from 'tfjs-generative';
import { firstImages, flatImages } from '../shared/flat-images.js';
import { CLASSES } from '../shared/image-data.js';
import { labelsInTurn } from '../shared/labels.js';
import { BOUND_IMAGES, type Family } from './family.js';

const [BATCH_SIZE, WIDTH, LATENT_SIZE, LABEL_SIZE, PIXELS] = [128, 512, 20, 10, 784];
const LEARNING_RATE = 1e-3;

/** One hidden layer on each side, told the class. The likelihood is that of 256 levels, so that its nats are those of pixels. */
export const vae: Family = {
  name: 'VAE',
  create({ images, steps, random }) {
    const network = (inputs: number, outputs: number, name: string): Network =>
      withCondition(
        mlp({ sizes: [inputs + LABEL_SIZE, WIDTH, outputs], random: random.fork(name) }),
        embedding({ classes: CLASSES, size: LABEL_SIZE, random: random.fork(`${name} labels`) }),
      );
    const encoder = createGaussianEncoder(network(PIXELS, 2 * LATENT_SIZE, 'encoder'), { latentSize: LATENT_SIZE });
    const likelihood = discretizedLogistic({ levels: 256 });
    const decoder = createDecoder(network(LATENT_SIZE, 2 * PIXELS, 'decoder'), { likelihood });
    const optimizer = createAdam({ learningRate: cosineDecay({ from: LEARNING_RATE, to: 0, steps }) });
    const trainer = createVaeTrainer({ encoder, decoder, optimizer, random });
    const data = { x: flatImages(images), condition: images.labels };

    const sampler = createPriorSampler(decoder, { latentSize: LATENT_SIZE });
    const sample = (count: number, stream: RandomStream): tf.Tensor =>
      tf.tidy(() => {
        const pictures = sampler.draw(count, stream, { condition: labelsInTurn(count) });
        return tf.reshape(pictures, [count, 28, 28, 1]);
      });
    return {
      trainer,
      source: batches(data, { batchSize: BATCH_SIZE, random }),
      ways: [{ name: 'VAE', sample }],
      async bound(part) {
        const x = firstImages(part, BOUND_IMAGES);
        const condition = tf.tensor1d(part.labels.data.subarray(0, BOUND_IMAGES), 'int32');
        const options = { samples: 100, random: random.fork('bound'), condition };
        const { nats, standardError } = await estimateLogLikelihood({ encoder, decoder }, x, options);
        tf.dispose([x, condition]);
        return { nats, standardError };
      },
      dispose: () => [trainer, encoder, decoder].forEach((part) => part.dispose()),
    };
  },
};
