import * as tf from '@tensorflow/tfjs';
import {
  countParameters,
  createAdam,
  createPriorSampler,
  createVaeTrainer,
  discretizedLogistic,
  estimateLogLikelihood,
  type Batch,
  type BatchSource,
  type RandomStream,
} from 'tfjs-generative';
import { BOUND_IMAGES, type Bound } from '../../diffusion-images/measures.js';
import { conditionalVae } from '../shared/conditional-vae.js';
import { firstPictures } from '../../shared/flat-images.js';
import type { Pictures } from '../../shared/image-data.js';
import { warmCosine } from '../../shared/warm-cosine.js';
import { classMixture } from './class-mixture.js';
import type { Family } from './family.js';

/** The learning rate rises over a share of the updates, then decays along a cosine. */
const [WARM_UP, BETA2] = [1 / 30, 0.99];
/** Number of draws for the tighter bound. */
const DRAWS = 100;
/** The probability of pixels with 256 levels, so that the nats are those of pixels. */
const likelihood = discretizedLogistic({ levels: 256, start: { mean: 0.5, logScale: -2 } });

/** What {@link vae} takes. */
export interface VaeOptions<P extends Pictures> {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly classes: number;
  readonly latentSize: number;
  /** Channels after each convolution of the encoder; the decoder has them in reverse. */
  readonly widths: readonly number[];
  readonly learningRate: number;
  /** Gaussians for each class in the prior, which is trained with the model; by default the prior is N(0, I). */
  readonly components?: number;
  /** The labels of samples, int32 `[count]`. */
  labels(count: number): tf.Tensor;
  source(images: P, random: RandomStream): BatchSource<Batch>;
}

/** A convolutional encoder and decoder, and with `components` a prior that learns, all conditioned on the class. */
export function vae<P extends Pictures>(options: VaeOptions<P>): Family<P> {
  const { shape, classes, latentSize, widths, learningRate, components, labels, source } = options;
  return {
    name: 'VAE',
    create({ images, steps, random }) {
      const { encoder, decoder } = conditionalVae({ shape, classes, latentSize, widths, likelihood, random });
      const optimizer = createAdam({
        learningRate: warmCosine({ highest: learningRate, warmUp: Math.ceil(WARM_UP * steps), steps }),
        beta2: BETA2,
      });
      const own = random.fork('prior');
      const prior = components && classMixture({ classes, components, latentSize, random: own });
      const model = { encoder, decoder, ...(prior && { prior }) };
      const trainer = createVaeTrainer({ ...model, optimizer, random });

      const sampler = createPriorSampler(decoder, { latentSize, ...(prior && { prior }) });
      const sample = (count: number, stream: RandomStream): tf.Tensor =>
        tf.tidy(() => sampler.draw(count, stream, { condition: labels(count) }));
      return {
        parameters: countParameters(...Object.values(model)),
        trainer,
        source: source(images, random),
        ways: [{ name: 'VAE', sample }],
        async bounds(test) {
          const x = firstPictures(test, BOUND_IMAGES);
          const condition = tf.tensor1d(test.labels.data.subarray(0, x.shape[0]), 'int32');
          const bound = async (samples: number): Promise<Bound> => {
            const draws = { samples, random: random.fork('bound'), condition };
            const { nats, standardError } = await estimateLogLikelihood(model, x, draws);
            return { nats, standardError };
          };
          // with one draw it equals the evidence lower bound
          const bounds = { elbo: await bound(1), bound: await bound(DRAWS) };
          tf.dispose([x, condition]);
          return bounds;
        },
        dispose: () => [trainer, ...Object.values(model)].forEach((part) => part.dispose()),
      };
    },
  };
}
