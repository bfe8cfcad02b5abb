import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
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
  createPriorTrainer,
  createRandom,
  createVaeTrainer,
  dcganDiscriminator,
  dcganGenerator,
  mlp,
  nonSaturatingLoss,
  predictVelocity,
  readMetrics,
  unet,
  type Trainer,
} from '../../src/index.js';
import {
  createCodePrior,
  createQuantizedEncoder,
  createTokenModel,
  finiteScalarQuantizer,
  transformer,
} from '../../src/tokens/index.js';
import { expectClose } from '../support/close.js';

const STEPS = 20;
/**
 * How far metrics may be from those of cpu: a step rounds each of some hundred sums by 6e-8 in another order, and updates carry that on.
 * A tenth of it was seen in 50 steps, with tfjs's kernels as with ours, while a term that is left out of a gradient changes the third digit.
 */
const tolerance = { relative: 3e-5, absolute: 3e-6 };
/**
 * Epsilon is larger than the roundings of gradients: the gradient of a bias before a normalization is nothing else, and along it Adam would
 * otherwise make a step of its full length, in another direction on each backend.
 */
const optimizer = () => createAdam({ learningRate: 0.01, epsilon: 1e-3 });
const shape = [8, 8, 1] as const;

function vae(): Trainer {
  const make = (seed: number) => {
    const random = createRandom(seed);
    return {
      encoder: createGaussianEncoder(mlp({ sizes: [64, 9, 6], random }), { latentSize: 3 }),
      decoder: createDecoder(mlp({ sizes: [3, 9, 64], random }), { likelihood: bernoulli }),
    };
  };
  const average = { into: make(2), decay: 0.9 };
  return createVaeTrainer({ ...make(1), optimizer: optimizer(), random: createRandom(3), average, clipNorm: 1 });
}

function gan(): Trainer {
  const random = createRandom(1);
  return createGanTrainer({
    generator: createGenerator(dcganGenerator({ latentSize: 3, shape, width: 4, random }), { latentSize: 3 }),
    discriminator: createDiscriminator(dcganDiscriminator({ shape, width: 4, random })),
    loss: nonSaturatingLoss,
    optimizers: { generator: optimizer(), discriminator: optimizer() },
    random,
  });
}

function diffusion(): Trainer {
  const random = createRandom(1);
  const network = unet({ channels: 1, widths: [4, 8], groups: 2, random });
  const schedule = cosineSchedule({ steps: 20 });
  const denoiser = createDenoiser(network, { schedule, predicts: predictVelocity });
  return createDiffusionTrainer({ denoiser, optimizer: optimizer(), random });
}

function codes(): Trainer {
  const quantizer = finiteScalarQuantizer({ levels: [4] });
  const network = { apply: (x: tf.Tensor) => tf.reshape(x, [-1, 9, 1]), variables: [], dispose: () => undefined };
  const size = { tokens: 4, length: 9 };
  const random = createRandom(1);
  const body = transformer({ ...size, width: 4, heads: 2, layers: 1, causal: true, random });
  return createPriorTrainer({
    prior: createCodePrior(createTokenModel(body, size), { quantizer, shape: [9, 1] }),
    encoder: createQuantizedEncoder(network, { quantizer }),
    optimizer: optimizer(),
    random,
  });
}

/** All metrics of the steps on a backend. */
async function metricsOn(backend: string, make: () => Trainer, batch: readonly number[]): Promise<number[]> {
  await tf.setBackend(backend);
  tf.engine().startScope();
  const [trainer, x] = [make(), createRandom(5).uniform([4, ...batch])];
  const steps = Array.from({ length: STEPS }, () => trainer.step(x));
  const all: number[] = [];
  for (const metrics of steps) all.push(...Object.values(await readMetrics(metrics)));
  tf.engine().endScope();
  tf.disposeVariables();
  return all;
}

test.each([
  ['a VAE of MLPs, clipped, with an average', vae, [64]],
  ['a DCGAN', gan, shape],
  ['a diffusion model of a U-Net', diffusion, shape],
  ['a prior of codes, of a transformer', codes, [9]],
])('%s has the losses of cpu over 20 updates', async (_, make, batch) => {
  const onGpu = await metricsOn('webgpu', make, batch);
  const onCpu = await metricsOn('cpu', make, batch);
  await tf.setBackend('webgpu');
  expect(onGpu.length).toBeGreaterThanOrEqual(STEPS);
  await expectClose(onGpu, onCpu, tolerance);
});
