import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  bernoulli,
  cosineSchedule,
  createAdam,
  createDecoder,
  createDenoiser,
  createDiffusionTrainer,
  createDiscriminator,
  createGanTrainer,
  createGaussianEncoder,
  createGenerator,
  createRandom,
  createVaeTrainer,
  leakyRelu,
  mlp,
  nonSaturatingLoss,
  predictVelocity,
  r1Penalty,
  readMetrics,
  unet,
} from '../../src/index.js';
import { dispatchedKernels } from '../support/count-kernels.js';

// On a GPU the time of a small model's step depends on its number of kernels, and a read from the device in a step stalls it. The limits
// are the current counts plus a small margin, so a change that needs more is noticed.

interface Model {
  readonly trainer: { step(x: tf.Tensor): Record<string, tf.Scalar>; dispose(): void };
  readonly x: tf.Tensor;
  readonly parts: readonly { dispose(): void }[];
}
const optimizer = () => createAdam({ learningRate: 1e-3 });

/** Limits of tfjs's kernels, and of wasm's with those of this library. Plain tfjs calls 237 for this VAE. */
const models: readonly [name: string, limits: { readonly tfjs: number; readonly wasm: number }, make: () => Model][] = [
  ['VAE of two layers in each network', { tfjs: 84, wasm: 62 }, vae],
  ['GAN on points with R1, both updates', { tfjs: 221, wasm: 160 }, pointsGan],
  ['diffusion model of a U-Net', { tfjs: 517, wasm: 230 }, diffusion],
];

test.each(models)('a step of a %s dispatches few kernels, and reads nothing', async (name, limits, make) => {
  const { trainer, x, parts } = make();
  // every eighth step, including the first, also computes what verdicts need
  await readMetrics(trainer.step(x));
  const backend = tf.backend();
  const { read, readSync } = backend;
  let reads = 0;
  const note = (id: object): void => {
    if (!isOnHost(id)) reads++;
  };
  backend.read = (id) => (note(id), read.call(backend, id));
  backend.readSync = (id) => (note(id), readSync.call(backend, id));
  let kernels: string[];
  let metrics: Record<string, tf.Scalar> = {};
  try {
    kernels = dispatchedKernels(() => {
      metrics = trainer.step(x);
    });
  } finally {
    Object.assign(backend, { read, readSync });
  }
  console.log(`${tf.getBackend()}: ${name}: ${kernels.length} kernels`);
  const isWasm = tf.getBackend() === 'wasm';
  expect(kernels.length).toBeLessThanOrEqual(isWasm ? limits.wasm : limits.tfjs);
  expect(reads).toBe(0);
  await readMetrics(metrics);
  for (const part of [trainer, ...parts, x]) part.dispose();
});

/** Whether a GPU's backend still has the numbers on the host: reading those stalls nothing. */
function isOnHost(id: object): boolean {
  type Known = ReadonlyMap<object, { readonly values?: unknown }>;
  const { tensorMap, texData } = tf.backend() as unknown as { tensorMap?: Known; texData?: Known };
  return (tensorMap ?? texData)?.get(id)?.values != null;
}

function vae(): Model {
  const random = createRandom(1);
  const encoder = createGaussianEncoder(mlp({ sizes: [64, 16, 40], random: random.fork('encoder') }), {
    latentSize: 20,
  });
  const decoder = createDecoder(mlp({ sizes: [20, 16, 64], random: random.fork('decoder') }), {
    likelihood: bernoulli,
  });
  const trainer = createVaeTrainer({ encoder, decoder, random, optimizer: optimizer() });
  return { trainer, x: random.uniform([4, 64]), parts: [encoder, decoder] };
}

function pointsGan(): Model {
  const random = createRandom(1);
  const network = (name: string, outputs: number) =>
    mlp({ sizes: [2, 16, 16, 16, outputs], activation: leakyRelu, random: random.fork(name) });
  const generator = createGenerator(network('generator', 2), { latentSize: 2 });
  const discriminator = createDiscriminator(network('discriminator', 1));
  const trainer = createGanTrainer({
    generator,
    discriminator,
    loss: nonSaturatingLoss,
    optimizers: { generator: optimizer(), discriminator: optimizer() },
    random,
    penalty: (critic, real) => tf.mul(0.1, r1Penalty(critic, real)),
  });
  return { trainer, x: random.normal([8, 2]), parts: [generator, discriminator] };
}

function diffusion(): Model {
  const random = createRandom(1);
  const network = unet({ channels: 1, widths: [8, 16], random: random.fork('network') });
  const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 100 }), predicts: predictVelocity });
  const trainer = createDiffusionTrainer({ denoiser, random, optimizer: optimizer() });
  return { trainer, x: random.normal([2, 8, 8, 1]), parts: [denoiser] };
}
