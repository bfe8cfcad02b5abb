import * as tf from '@tensorflow/tfjs';
import {
  conv2d,
  cosineSchedule,
  createAdam,
  createDecoder,
  createDenoiser,
  createDiffusionTrainer,
  createGaussianEncoder,
  createVaeTrainer,
  flatten,
  gaussian,
  groupNorm,
  logNormalTimesteps,
  predictVelocity,
  reshape,
  residualBlock,
  sequential,
  swish,
  unet,
  upsample,
  type Denoiser,
  type Network,
  type RandomStream,
} from 'tfjs-generative';
import type { LatentModel, Vae } from '../../latent-diffusion/model.js';
import { warmCosine } from '../../shared/warm-cosine.js';

/** Latents are 8 x 8 positions with 4 numbers each: 256 for the 12,288 of a picture of 64 x 64. */
const [SIDE, CHANNELS] = [8, 4];
export const LATENT_SIZE = SIDE ** 2 * CHANNELS;
/** Channels of the VAE from the picture to the latents; each level has half the height and width of the one before. */
const WIDTHS = [32, 64, 128] as const;
/** Channels of the denoiser at 8 x 8 and at 4 x 4 positions. */
const DENOISER_WIDTHS = [96, 128];
/** Little noise: the latents then carry much of a picture, and reconstructions are sharp. */
const likelihood = gaussian({ variance: 0.01 });
const [VAE_RATE, DENOISER_RATE, WARM_UP, BETA2] = [2e-3, 2e-3, 1 / 30, 0.99];
const [AVERAGE_DECAY, DROPPED] = [0.999, 0.1];

/** What {@link createVae} takes. */
export interface VaeOptions {
  /** Number of updates in the whole run, after which the learning rate is 0. */
  readonly steps: number;
  readonly random: RandomStream;
}

/** A VAE of convolutions alone, for pictures `[batch, 64, 64, 3]` in [0, 1]: its latents keep the places of what they describe. */
export function createVae({ steps, random }: VaeOptions): Vae {
  const encoder = createGaussianEncoder(meansFirst(encoderOf(random.fork('encoder'))), { latentSize: LATENT_SIZE });
  const decoder = createDecoder(decoderOf(random.fork('decoder')), { likelihood });
  const trainer = createVaeTrainer({ encoder, decoder, optimizer: optimizerFor(VAE_RATE, steps), random });
  return { encoder, decoder, trainer, dispose: () => [trainer, encoder, decoder].forEach((owner) => owner.dispose()) };
}

/** A denoiser of standardised latents `[batch, 256]`, conditioned on the class. */
export function createLatentModel({ steps, random, classes }: VaeOptions & { readonly classes: number }): LatentModel {
  const make = (): Denoiser => {
    const map = unet({
      channels: CHANNELS,
      widths: DENOISER_WIDTHS,
      attention: [0, 1],
      classes,
      random: random.fork('denoiser'),
    });
    const network = sequential([reshape({ shape: [SIDE, SIDE, CHANNELS] }), map, flatten()]);
    return createDenoiser(network, { schedule: cosineSchedule({ steps: 1000 }), predicts: predictVelocity });
  };
  const [denoiser, averaged] = [make(), make()];
  const trainer = createDiffusionTrainer({
    denoiser,
    optimizer: optimizerFor(DENOISER_RATE, steps),
    random,
    timesteps: logNormalTimesteps(denoiser.schedule),
    dropCondition: DROPPED,
    average: { into: averaged, decay: AVERAGE_DECAY },
  });
  return { trainer, averaged, dispose: () => [trainer, denoiser, averaged].forEach((owner) => owner.dispose()) };
}

function optimizerFor(highest: number, steps: number) {
  return createAdam({ learningRate: warmCosine({ highest, warmUp: Math.ceil(WARM_UP * steps), steps }), beta2: BETA2 });
}

function encoderOf(random: RandomStream): Network {
  const [first, second, third] = WIDTHS;
  const smaller = (inputs: number, filters: number) =>
    conv2d({ inputs, filters, kernelSize: 4, strides: 2, activation: swish, random: random.fork(`to ${filters}`) });
  return sequential([
    smaller(3, first),
    smaller(first, second),
    smaller(second, third),
    residualBlock({ inputs: third, filters: third, random: random.fork('block') }),
    groupNorm({ inputs: third, activation: swish }),
    conv2d({ inputs: third, filters: 2 * CHANNELS, kernelSize: 3, random: random.fork('latents') }),
  ]);
}

function decoderOf(random: RandomStream): Network {
  const [first, second, third] = WIDTHS;
  const larger = (inputs: number, filters: number, activation?: typeof swish) => [
    upsample(),
    conv2d({ inputs, filters, kernelSize: 3, activation, random: random.fork(`to ${filters}`) }),
  ];
  return sequential([
    reshape({ shape: [SIDE, SIDE, CHANNELS] }),
    conv2d({ inputs: CHANNELS, filters: third, kernelSize: 3, random: random.fork('latents') }),
    residualBlock({ inputs: third, filters: third, random: random.fork('block') }),
    groupNorm({ inputs: third, activation: swish }),
    ...larger(third, second, swish),
    ...larger(second, first, swish),
    ...larger(first, 3),
  ]);
}

/** A map `[batch, height, width, 2 c]` as `[batch, 2 height width c]`: all means, then all log-variances. */
function meansFirst(body: Network): Network {
  return {
    ...body,
    apply: (input, options) =>
      tf.tidy(() => {
        const halves = tf.split(body.apply(input, options), 2, -1);
        return tf.concat(
          halves.map((half) => tf.reshape(half, [half.shape[0], -1])),
          1,
        );
      }),
  };
}
