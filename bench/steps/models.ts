import * as tf from '@tensorflow/tfjs';
import {
  bernoulli,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createRandom,
  createVaeTrainer,
  dcganDiscriminator,
  dcganGenerator,
  leakyRelu,
  mlp,
  r1Penalty,
  softplus,
  unet,
  valueAndGradients,
} from '../../src/index.js';

/** Makes one training step; it leaves no tensor behind. */
export type Model = () => () => void;

const BATCH = 64;

/** 784-512-20-512-784, batch 128, through the trainer. */
function vae(): () => void {
  const random = createRandom(1);
  const encoder = createGaussianEncoder(mlp({ sizes: [784, 512, 40], random: random.fork('encoder') }), {
    latentSize: 20,
  });
  const decoder = createDecoder(mlp({ sizes: [20, 512, 784], random: random.fork('decoder') }), {
    likelihood: bernoulli,
  });
  const trainer = createVaeTrainer({ encoder, decoder, random, optimizer: createAdam({ learningRate: 1e-3 }) });
  const x = random.uniform([128, 784]);
  return () => tf.dispose(Object.values(trainer.step(x)));
}

/** DCGAN of 28x28, one update of the discriminator and one of the generator. */
function dcgan(): () => void {
  const random = createRandom(1);
  const shape = [28, 28, 1] as const;
  const generator = dcganGenerator({ latentSize: 100, shape, width: 64, random: random.fork('generator') });
  const discriminator = dcganDiscriminator({ shape, width: 64, random: random.fork('discriminator') });
  const [adamG, adamD] = [createAdam({ learningRate: 2e-4 }), createAdam({ learningRate: 2e-4 })];
  const real = random.uniform([BATCH, ...shape]);
  const fake = (): tf.Tensor => generator.apply(random.normal([BATCH, 100]), { training: true });
  const costOf = (x: tf.Tensor, sign: number): tf.Tensor =>
    tf.mean(softplus(tf.mul(sign, discriminator.apply(x, { training: true }))));
  return () =>
    tf.tidy(() => {
      const x = fake();
      const d = valueAndGradients(() => tf.add(costOf(real, -1), costOf(x, 1)), discriminator.variables);
      adamD.apply(d.gradients, discriminator.variables);
      const g = valueAndGradients(() => costOf(fake(), -1), generator.variables);
      adamG.apply(g.gradients, generator.variables);
    });
}

/** The U-Net of 28x28 with widths 32 and 64 (304,737 parameters), predicting noise. */
function unetStep(): () => void {
  const random = createRandom(1);
  const network = unet({ channels: 1, random: random.fork('unet') });
  const adam = createAdam({ learningRate: 2e-4 });
  const images = random.uniform([BATCH, 28, 28, 1]);
  return () =>
    tf.tidy(() => {
      const noise = random.normal([BATCH, 28, 28, 1]);
      const kept = random.uniform([BATCH, 1, 1, 1], 0.1, 0.9);
      const noisy = tf.add(tf.mul(tf.sqrt(kept), images), tf.mul(tf.sqrt(tf.sub(1, kept)), noise));
      const timesteps = random.integers([BATCH], 0, 1000);
      const loss = (): tf.Tensor => tf.mean(tf.squaredDifference(network.apply(noisy, { timesteps }), noise));
      const { gradients } = valueAndGradients(loss, network.variables);
      adam.apply(gradients, network.variables);
    });
}

/** A GAN on points: 3 x 128, batch 256, with R1. */
function pointsGan(): () => void {
  const random = createRandom(1);
  const make = (name: string, inputs: number, outputs: number) =>
    mlp({ sizes: [inputs, 128, 128, 128, outputs], activation: leakyRelu, random: random.fork(name) });
  const [generator, discriminator] = [make('generator', 2, 2), make('discriminator', 2, 1)];
  const [adamG, adamD] = [createAdam({ learningRate: 1e-3 }), createAdam({ learningRate: 1e-3 })];
  const real = random.normal([256, 2]);
  const logits = { logits: (x: tf.Tensor) => discriminator.apply(x) };
  const costOf = (x: tf.Tensor, sign: number): tf.Tensor => tf.mean(softplus(tf.mul(sign, logits.logits(x))));
  return () =>
    tf.tidy(() => {
      const fake = generator.apply(random.normal([256, 2]));
      const cost = (): tf.Tensor =>
        tf.add(tf.add(costOf(real, -1), costOf(fake, 1)), tf.mul(0.1, r1Penalty(logits, real)));
      adamD.apply(valueAndGradients(cost, discriminator.variables).gradients, discriminator.variables);
      const generated = (): tf.Tensor => costOf(generator.apply(random.normal([256, 2])), -1);
      adamG.apply(valueAndGradients(generated, generator.variables).gradients, generator.variables);
    });
}

export const models: Readonly<Record<string, Model>> = { vae, dcgan, unet: unetStep, 'points gan': pointsGan };
