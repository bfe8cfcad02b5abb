import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
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
  mlp,
  nonSaturatingLoss,
  type Part,
} from '../../src/index.js';
import { atOnce } from '../../src/training/pause.js';
import { checksumOf } from '../../src/training/saving/checksum.js';

/**
 * Checksums of the weights after a few updates, as the kernels of November 2026 made them, before there were wide tiles and more than
 * two threads. They are a promise: other kernels, threads and engines give the same, except for fused arithmetic, which was asked for.
 */
export const GOLDEN = {
  vae: 'e950edaa c4798780 ae07875b 53dcbcd6 8e6f1a7e bb34c217 f3781f3b 4b67185a',
  dcgan:
    '28dc7216 98c48b06 dbed8f87 c4ca950e 2fb88bc3 f5979926 8a650936 a2a6d70d ' +
    '170911cd d237d81c 209a3bb0 e32bf089 e0e9644a 721d3db4 05d965eb 1f9bdb59',
} as const;

/** Four updates of a dense VAE. */
export async function runVae(): Promise<string> {
  const random = createRandom(1);
  const encoder = createGaussianEncoder(mlp({ sizes: [784, 512, 40], random: random.fork('encoder') }), {
    latentSize: 20,
  });
  const decoder = createDecoder(mlp({ sizes: [20, 512, 784], random: random.fork('decoder') }), {
    likelihood: bernoulli,
  });
  const optimizer = createAdam({ learningRate: 1e-3 });
  const trainer = createVaeTrainer({ encoder, decoder, random: random.fork('training'), optimizer });
  return bitsAfter(4, trainer, random.uniform([128, 784]), [encoder, decoder]);
}

/** Three updates of both networks of a DCGAN. */
export async function runDcgan(): Promise<string> {
  const random = createRandom(1);
  const shape = [28, 28, 1] as const;
  const generator = createGenerator(dcganGenerator({ latentSize: 16, shape, random: random.fork('generator') }), {
    latentSize: 16,
  });
  const discriminator = createDiscriminator(dcganDiscriminator({ shape, random: random.fork('discriminator') }));
  const trainer = createGanTrainer({
    generator,
    discriminator,
    loss: nonSaturatingLoss,
    random: random.fork('training'),
    optimizers: { generator: createAdam({ learningRate: 2e-4 }), discriminator: createAdam({ learningRate: 2e-4 }) },
  });
  return bitsAfter(3, trainer, random.uniform([16, ...shape]), [generator, discriminator]);
}

interface Trained {
  step(x: Tensor): Record<string, Tensor>;
  dispose(): void;
}

async function bitsAfter(updates: number, trainer: Trained, x: Tensor, parts: readonly Part[]): Promise<string> {
  for (let i = 0; i < updates; i++) tf.dispose(Object.values(trainer.step(x)));
  const sums = parts
    .flatMap(({ variables }) => variables)
    .map(async (variable) => atOnce(checksumOf(await variable.data())));
  const bits = (await Promise.all(sums)).join(' ');
  for (const one of [trainer, x, ...parts]) one.dispose();
  return bits;
}
