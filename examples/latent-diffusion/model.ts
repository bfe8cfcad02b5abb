import * as tf from '@tensorflow/tfjs-core';
import {
  convDecoder,
  convEncoder,
  cosineDecay,
  cosineSchedule,
  createAdam,
  createDecoder,
  createDenoiser,
  createDiffusionTrainer,
  createGaussianEncoder,
  createVaeTrainer,
  denoisingMlp,
  gaussian,
  predictVelocity,
  batches,
  reparameterize,
  type Decoder,
  type Denoiser,
  type GaussianEncoder,
  type RandomStream,
  type Trainer,
  type VaeMetric,
  type BatchSource,
  type DiagonalGaussian,
} from 'tfjs-generative';
import { CLASSES } from '../shared/image-data.js';

const SHAPE = [28, 28, 1] as const;
const LATENT_SIZE = 24;
/** Channels at 14 x 14 and at 7 x 7 pixels. */
const WIDTHS = [16, 32];
/** Little noise: the latents then carry much of a picture, and reconstructions are sharp. */
const likelihood = gaussian({ variance: 0.02 });
const DENOISER_WIDTH = 256;
/** The learning rate of both models; it decays along a cosine to 0. */
const LEARNING_RATE = 2e-3;
const AVERAGE_DECAY = 0.999;
/** The share of latents whose class is dropped, so that samples can be guided. */
const DROPPED = 0.1;

/** A variational autoencoder and its trainer. */
export interface Vae {
  readonly encoder: GaussianEncoder;
  readonly decoder: Decoder;
  readonly trainer: Trainer<VaeMetric>;
  dispose(): void;
}

/** A denoiser of latents and its trainer. */
export interface LatentModel {
  readonly trainer: Trainer<'loss'>;
  /** The running average of the denoiser, used for sampling. */
  readonly averaged: Denoiser;
  dispose(): void;
}

/** What {@link createVae} and {@link createLatentModel} take. */
export interface ModelOptions {
  /** Number of updates in the whole run, after which the learning rate is 0. */
  readonly steps: number;
  readonly random: RandomStream;
}

/** An unconditional VAE for pictures `[batch, 28, 28, 1]` in [0, 1]. */
export function createVae({ steps, random }: ModelOptions): Vae {
  const encoder = createGaussianEncoder(
    convEncoder({ shape: SHAPE, widths: WIDTHS, outputs: 2 * LATENT_SIZE, random: random.fork('encoder') }),
    { latentSize: LATENT_SIZE },
  );
  const decoder = createDecoder(
    convDecoder({ inputs: LATENT_SIZE, shape: SHAPE, widths: [...WIDTHS].reverse(), random: random.fork('decoder') }),
    { likelihood },
  );
  const optimizer = createAdam({ learningRate: cosineDecay({ from: LEARNING_RATE, to: 0, steps }) });
  const trainer = createVaeTrainer({ encoder, decoder, optimizer, random });
  return { encoder, decoder, trainer, dispose: () => [trainer, encoder, decoder].forEach((owner) => owner.dispose()) };
}

/** A denoiser of standardised latents, conditioned on the class. */
export function createLatentModel({ steps, random }: ModelOptions): LatentModel {
  const make = (): Denoiser =>
    createDenoiser(
      denoisingMlp({ size: LATENT_SIZE, width: DENOISER_WIDTH, classes: CLASSES, random: random.fork('denoiser') }),
      { schedule: cosineSchedule({ steps: 1000 }), predicts: predictVelocity },
    );
  const [denoiser, averaged] = [make(), make()];
  const trainer = createDiffusionTrainer({
    denoiser,
    optimizer: createAdam({ learningRate: cosineDecay({ from: LEARNING_RATE, to: 0, steps }) }),
    random,
    dropCondition: DROPPED,
    average: { into: averaged, decay: AVERAGE_DECAY },
  });
  return { trainer, averaged, dispose: () => [trainer, denoiser, averaged].forEach((owner) => owner.dispose()) };
}

/** Images and their labels on the host, with any number of channels. */
interface Labelled {
  readonly images: { readonly data: Uint8Array; readonly shape: readonly [number, number, number, number] };
  readonly labels: { readonly data: Int32Array; readonly shape: readonly [number] };
}

/** Number of images encoded at once. */
const AT_ONCE = 500;

/** The latents of labelled images, scaled for a denoiser: with zero mean and unit variance. */
export interface Latents {
  /** Batches of latents with their labels; each batch draws new latents from the posterior. */
  source(batchSize: number, random: RandomStream): BatchSource<{ x: tf.Tensor; condition: tf.Tensor }>;
  /** Converts a decoder's latents `[n, latent]` to numbers with zero mean and unit variance. */
  standardise(z: tf.Tensor): tf.Tensor;
  /** Converts back to a decoder's latents. */
  restore(x: tf.Tensor): tf.Tensor;
  dispose(): void;
}

/** Encodes images and measures their latents. The same encoder and images give the same numbers, so they need not be saved. */
export async function encodeLatents(encoder: GaussianEncoder, { images, labels }: Labelled): Promise<Latents> {
  const posteriors = await encodeImages(encoder, images); // [n, 2 latent]
  const [mean, deviation] = tf.tidy(() => momentsOf(splitPosterior(posteriors)));
  const standardise = (z: tf.Tensor): tf.Tensor => tf.tidy(() => tf.div(tf.sub(z, mean), deviation));
  return {
    source: (batchSize, random) =>
      batches(
        { x: posteriors, condition: labels },
        {
          batchSize,
          random,
          transform: ({ x, condition }, noise) => ({
            x: standardise(reparameterize(splitPosterior(x), noise)),
            condition,
          }),
        },
      ),
    standardise,
    restore: (x) => tf.tidy(() => tf.add(tf.mul(x, deviation), mean)),
    dispose: () => tf.dispose([posteriors, mean, deviation]),
  };
}

/** The posteriors of images, all means, then all log-variances: `[n, 2 latent]`; the caller disposes them. */
export async function encodeImages(encoder: GaussianEncoder, images: Labelled['images']): Promise<tf.Tensor> {
  const parts: tf.Tensor[] = [];
  for await (const x of batches(images, { batchSize: AT_ONCE })) {
    parts.push(
      tf.tidy(() => {
        const { mean, logVariance } = encoder.encode(x);
        return tf.concat([mean, logVariance], 1);
      }),
    );
    x.dispose();
  }
  const posteriors = tf.concat(parts);
  tf.dispose(parts);
  return posteriors;
}

/** Mean and log-variance of posteriors `[n, 2 latent]`. */
export function splitPosterior(posteriors: tf.Tensor): DiagonalGaussian {
  const [mean, logVariance] = tf.split(posteriors, 2, 1) as [tf.Tensor, tf.Tensor];
  return { mean, logVariance };
}

/** Mean and standard deviation of latents drawn from the posteriors: their variance is that of the means plus the mean of the variances. */
function momentsOf({ mean, logVariance }: DiagonalGaussian): [mean: tf.Tensor, deviation: tf.Tensor] {
  const moments = tf.moments(mean, 0);
  return [moments.mean, tf.sqrt(tf.add(moments.variance, tf.mean(tf.exp(logVariance), 0)))];
}
