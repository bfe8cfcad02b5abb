import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
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

// The bits of a few updates, as the kernels of November 2026 made them, before there were wide tiles. They are a promise: other
// kernels, threads and engines give the same, except for fused arithmetic, which was asked for.
const isFused = process.env['ARITHMETIC'] === 'fused';

async function bitsOf(parts: readonly Part[]): Promise<string> {
  const sums = parts
    .flatMap(({ variables }) => variables)
    .map(async (variable) => atOnce(checksumOf(await variable.data())));
  return (await Promise.all(sums)).join(' ');
}

describe.skipIf(isFused)('the weights after some updates', () => {
  it('of a VAE have the bits that they always had', async () => {
    const random = createRandom(1);
    const encoder = createGaussianEncoder(mlp({ sizes: [784, 512, 40], random: random.fork('encoder') }), {
      latentSize: 20,
    });
    const decoder = createDecoder(mlp({ sizes: [20, 512, 784], random: random.fork('decoder') }), {
      likelihood: bernoulli,
    });
    const optimizer = createAdam({ learningRate: 1e-3 });
    const trainer = createVaeTrainer({ encoder, decoder, random: random.fork('training'), optimizer });
    const x = random.uniform([128, 784]);
    for (let i = 0; i < 4; i++) tf.dispose(Object.values(trainer.step(x)));
    expect(await bitsOf([encoder, decoder])).toBe(
      'e950edaa c4798780 ae07875b 53dcbcd6 8e6f1a7e bb34c217 f3781f3b 4b67185a',
    );
    x.dispose();
    for (const one of [trainer, encoder, decoder]) one.dispose();
  });

  it('of a DCGAN have the bits that they always had', async () => {
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
    const x = random.uniform([16, ...shape]);
    for (let i = 0; i < 3; i++) tf.dispose(Object.values(trainer.step(x)));
    expect(await bitsOf([generator, discriminator])).toBe(
      '28dc7216 98c48b06 dbed8f87 c4ca950e 2fb88bc3 f5979926 8a650936 a2a6d70d ' +
        '170911cd d237d81c 209a3bb0 e32bf089 e0e9644a 721d3db4 05d965eb 1f9bdb59',
    );
    x.dispose();
    for (const one of [trainer, generator, discriminator]) one.dispose();
  });
});
