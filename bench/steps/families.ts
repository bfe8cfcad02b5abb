/** One training step of each family, which the page `examples/gpu-bench` also times. */
import * as tf from '@tensorflow/tfjs-core';
import {
  bernoulli,
  createAdam,
  createDecoder,
  createDiscriminator,
  createGanTrainer,
  createGaussianEncoder,
  createGenerator,
  createRandom,
  createVaeTrainer,
  dcganDiscriminator,
  dcganGenerator,
  dit,
  mlp,
  nonSaturatingLoss,
  unet,
  valueAndGradients,
  type GanTrainerOptions,
  type Metrics,
  type Network,
} from '../../src/index.js';
import type { Cell } from './cells.js';
import { wrapTrainer } from './wrap-trainer.js';

/** Does one training step, and returns its loss, which the caller disposes. */
export type Step = () => tf.Tensor;

export const BATCH = 64;
export const SHAPE = [28, 28, 1] as const;
export const UNET: Cell = { images: BATCH, pixels: 28, channels: 1, width: 32 };

/** A step of a trainer. */
export function stepOf<M extends string>(step: () => Metrics<M>, metric: M): Step {
  return () => {
    const { [metric]: loss, ...others } = step();
    tf.dispose(others);
    return loss;
  };
}

/** A VAE, 784-512-20-512-784 or with networks for images, through the trainer. */
export function trainVae(networks: [Network, Network], x: tf.Tensor): Step {
  const encoder = createGaussianEncoder(networks[0], { latentSize: 20 });
  const decoder = createDecoder(networks[1], { likelihood: bernoulli });
  const optimizer = createAdam({ learningRate: 1e-3 });
  const trainer = wrapTrainer(createVaeTrainer({ encoder, decoder, random: createRandom(1), optimizer }));
  return stepOf(() => trainer.step(x), 'loss');
}

export function vaeDecoder(): Network {
  return mlp({ sizes: [20, 512, 784], random: createRandom(1).fork('decoder') });
}

export function vae(): Step {
  const random = createRandom(1);
  const encoder = mlp({ sizes: [784, 512, 40], random: random.fork('encoder') });
  return trainVae([encoder, vaeDecoder()], random.uniform([128, 784]));
}

/** The non-saturating game with both updates, through the trainer. */
export function trainGan(
  [network, latentSize]: readonly [Network, number],
  critic: Network,
  learningRate: number,
  x: tf.Tensor,
  penalty?: GanTrainerOptions['penalty'],
): Step {
  const trainer = wrapTrainer(
    createGanTrainer({
      generator: createGenerator(network, { latentSize }),
      discriminator: createDiscriminator(critic),
      loss: nonSaturatingLoss,
      optimizers: { generator: createAdam({ learningRate }), discriminator: createAdam({ learningRate }) },
      random: createRandom(1),
      penalty,
    }),
  );
  return stepOf(() => trainer.step(x), 'generatorLoss');
}

export function dcganImages(): Network {
  return dcganGenerator({ latentSize: 100, shape: SHAPE, width: 64, random: createRandom(1).fork('generator') });
}

/** A DCGAN on 28x28 images, with one update of the discriminator and one of the generator. */
export function dcgan(): Step {
  const random = createRandom(1);
  const discriminator = dcganDiscriminator({ shape: SHAPE, width: 64, random: random.fork('discriminator') });
  return trainGan([dcganImages(), 100], discriminator, 2e-4, random.uniform([BATCH, ...SHAPE]));
}

/** A U-Net with widths of 32 and 64 (304,737 parameters for one channel), or of another width and its double, which predicts noise. */
export function noiseNetwork({ channels, width }: Pick<Cell, 'channels' | 'width'> = UNET): Network {
  return unet({ channels, widths: [width, 2 * width], random: createRandom(1).fork('unet') });
}

export function unetStep(cell: Cell = UNET): Step {
  return noiseStep(noiseNetwork(cell), cell);
}

/** A transformer of about as many numbers as {@link noiseNetwork} (315,972), on patches of this size. */
export function ditStep(patch: number, width?: number): Step {
  const network = dit({
    size: UNET.pixels,
    channels: UNET.channels,
    patch,
    width,
    random: createRandom(1).fork('dit'),
  });
  return noiseStep(network, UNET);
}

/** A step of a network that predicts noise. */
function noiseStep(network: Network, cell: Cell): Step {
  const random = createRandom(1);
  const adam = createAdam({ learningRate: 2e-4 });
  const { images: batch, pixels, channels } = cell;
  const shape = [batch, pixels, pixels, channels] as const;
  const images = random.uniform(shape);
  return () =>
    tf.tidy(() => {
      const noise = random.normal(shape);
      const kept = random.uniform([batch, 1, 1, 1], 0.1, 0.9);
      const noisy = tf.add(tf.mul(tf.sqrt(kept), images), tf.mul(tf.sqrt(tf.sub(1, kept)), noise));
      const timesteps = random.integers([batch], 0, 1000);
      const loss = (): tf.Tensor => tf.mean(tf.squaredDifference(network.apply(noisy, { timesteps }), noise));
      const { value, gradients } = valueAndGradients(loss, network.variables);
      adam.apply(gradients, network.variables);
      return value;
    });
}
