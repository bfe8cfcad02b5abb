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
import { BOUND_IMAGES, type Bound } from '../shared/bound.js';
import { conditionalVae } from '../shared/conditional-vae.js';
import { firstPictures } from '../shared/flat-images.js';
import type { Pictures } from '../shared/image-data.js';
import { warmCosine } from '../shared/warm-cosine.js';
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
  /** The labels of samples, int32 `[count]`. */
  labels(count: number): tf.Tensor;
  source(images: P, random: RandomStream): BatchSource<Batch>;
}

/** A convolutional encoder and decoder, conditioned on the class. */
export function vae<P extends Pictures>(options: VaeOptions<P>): Family<P> {
  const { shape, classes, latentSize, widths, learningRate, labels, source } = options;
  return {
    name: 'VAE',
    create({ images, steps, random }) {
      const { encoder, decoder } = conditionalVae({ shape, classes, latentSize, widths, likelihood, random });
      const optimizer = createAdam({
        learningRate: warmCosine({ highest: learningRate, warmUp: Math.ceil(WARM_UP * steps), steps }),
        beta2: BETA2,
      });
      const trainer = createVaeTrainer({ encoder, decoder, optimizer, random });

      const sampler = createPriorSampler(decoder, { latentSize });
      const sample = (count: number, stream: RandomStream): tf.Tensor =>
        tf.tidy(() => sampler.draw(count, stream, { condition: labels(count) }));
      return {
        parameters: countParameters(encoder, decoder),
        trainer,
        source: source(images, random),
        ways: [{ name: 'VAE', sample }],
        async bounds(test) {
          const x = firstPictures(test, BOUND_IMAGES);
          const condition = tf.tensor1d(test.labels.data.subarray(0, x.shape[0]), 'int32');
          const bound = async (samples: number): Promise<Bound> => {
            const draws = { samples, random: random.fork('bound'), condition };
            const { nats, standardError } = await estimateLogLikelihood({ encoder, decoder }, x, draws);
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
}
