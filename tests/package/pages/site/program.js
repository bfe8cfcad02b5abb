// A user's program: trains a VAE and a GAN for a few updates. It is the same in every page and in Node.
import * as tf from '@tensorflow/tfjs';
import { batches, bernoulli, createAdam, createDecoder, createDiscriminator, createGanTrainer } from 'tfjs-generative';
import { createGaussianEncoder, createGenerator, createRandom, createVaeTrainer, mlp } from 'tfjs-generative';
import { nonSaturatingLoss, r1Penalty, train } from 'tfjs-generative';

const pixels = Float32Array.from({ length: 256 * 64 }, (_, i) => (((i >> 6) + (i & 7)) % 3 === 0 ? 1 : 0));
const optimizer = () => createAdam({ learningRate: 3e-3, beta1: 0.5 });

function vae(random) {
  const encoder = createGaussianEncoder(mlp({ sizes: [64, 128, 8], random: random.fork('encoder') }), {
    latentSize: 4,
  });
  const decoder = createDecoder(mlp({ sizes: [4, 128, 64], random: random.fork('decoder') }), {
    likelihood: bernoulli,
  });
  return createVaeTrainer({ encoder, decoder, optimizer: optimizer(), random });
}

function gan(random) {
  const generator = createGenerator(mlp({ sizes: [8, 128, 64], random: random.fork('generator') }), { latentSize: 8 });
  const discriminator = createDiscriminator(mlp({ sizes: [64, 128, 1], random: random.fork('discriminator') }));
  const optimizers = { generator: optimizer(), discriminator: optimizer() };
  const penalty = (critic, real) => tf.mul(0.1, r1Penalty(critic, real));
  return createGanTrainer({ generator, discriminator, loss: nonSaturatingLoss, optimizers, random, penalty });
}

/** Trains both on the backend that is in use, and returns its name and the losses. */
export async function trainBoth() {
  const random = createRandom(1);
  const losses = [];
  for (const trainer of [vae(random), gan(random)]) {
    const source = batches({ data: pixels, shape: [256, 64] }, { batchSize: 128, random });
    for await (const { metrics } of train(trainer, source, { steps: 4, reportEvery: 1 })) {
      losses.push(metrics.elbo ?? metrics.discriminatorLoss);
    }
  }
  return { backend: tf.getBackend(), losses };
}
