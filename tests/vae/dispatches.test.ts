import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  bernoulli,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createRandom,
  createVaeTrainer,
  mlp,
  readMetrics,
} from '../../src/index.js';
import { dispatchedKernels } from '../support/count-kernels.js';

// On a GPU the time of a small model's step depends on its number of kernels: plain tfjs calls 237 for this one.
test('a step of a VAE dispatches at most 90 kernels, with exact Adam, its metrics and the guard', async () => {
  const random = createRandom(1);
  const encoder = createGaussianEncoder(mlp({ sizes: [784, 512, 40], random: random.fork('encoder') }), {
    latentSize: 20,
  });
  const decoder = createDecoder(mlp({ sizes: [20, 512, 784], random: random.fork('decoder') }), {
    likelihood: bernoulli,
  });
  const trainer = createVaeTrainer({ encoder, decoder, random, optimizer: createAdam({ learningRate: 1e-3 }) });
  const x = random.uniform([4, 784]);
  const metrics: Promise<Record<string, number>>[] = [];
  // every eighth step, the first among them, also looks at what verdicts need
  metrics.push(readMetrics(trainer.step(x)));
  const kernels = dispatchedKernels(() => {
    metrics.push(readMetrics(trainer.step(x)));
  });
  console.log(`${tf.getBackend()}: ${kernels.length} kernels: ${kernels.join(' ')}`);
  expect(kernels.length).toBeLessThanOrEqual(90);
  expect(kernels).toContain('_FusedMatMul');
  const [read] = await Promise.all(metrics);
  expect(Object.keys(read!)).toEqual(['loss', 'elbo', 'logLikelihood', 'kl']);
  for (const part of [trainer, encoder, decoder, x]) part.dispose();
});
