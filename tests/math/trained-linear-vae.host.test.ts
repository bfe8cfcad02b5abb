import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gaussian } from '../../src/distributions/index.js';
import { dense } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { cosineDecay, createAdam, readMetrics } from '../../src/training/index.js';
import { createDecoder, createGaussianEncoder, createVaeTrainer, estimateLogLikelihood } from '../../src/vae/index.js';
import { read } from '../support/close.js';
import { symmetricEigenvalues } from './symmetric-eigenvalues.js';

const EXAMPLES = 400;

/** Data with two strong directions out of four, none of them along an axis. */
function makeData(): Tensor {
  const random = createRandom(41);
  const mixing = tf.tensor2d([
    [1.5, 0.5, -0.5, 1],
    [0.2, -0.9, 0.7, 0.4],
  ]);
  const signal = tf.matMul(random.normal([EXAMPLES, 2]), mixing);
  return tf.add(tf.add(signal, [1, 0, -1, 0.5]), tf.mul(0.4, random.normal([EXAMPLES, 4])));
}

function covariance(rows: readonly number[][]): number[][] {
  const mean = [0, 1, 2, 3].map((j) => rows.reduce((sum, row) => sum + row[j]!, 0) / rows.length);
  const entry = (i: number, j: number): number =>
    rows.reduce((sum, row) => sum + (row[i]! - mean[i]!) * (row[j]! - mean[j]!), 0) / rows.length;
  return mean.map((_, i) => mean.map((__, j) => entry(i, j)));
}

describe('symmetricEigenvalues', () => {
  test('finds those of a known matrix', () => {
    const values = symmetricEigenvalues([
      [2, 1, 0],
      [1, 2, 0],
      [0, 0, 5],
    ]);
    [5, 3, 1].forEach((expected, i) => expect(values[i]).toBeCloseTo(expected, 12));
  });
});

describe('a linear VAE trained by createVaeTrainer', () => {
  let x: Tensor;
  let before: number;
  beforeAll(() => {
    before = tf.memory().numTensors;
    x = tf.tidy(makeData);
  });
  afterAll(() => {
    x.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  // Tipping and Bishop 1999: with S the covariance of the data, its eigenvalues l_i and q latents, the best variance is
  // the mean of the d - q smallest, and log p = -1/2 ( d log(2 pi) + sum_(i <= q) log l_i + (d - q) log v + d ).
  test('reaches the maximum log-likelihood of probabilistic PCA within one percent', async () => {
    const values = await read(x);
    const rows = Array.from({ length: EXAMPLES }, (_, i) => values.slice(4 * i, 4 * i + 4));
    const [first, second, third, fourth] = symmetricEigenvalues(covariance(rows)) as [number, number, number, number];
    const variance = (third + fourth) / 2;
    const best = -0.5 * (4 * Math.log(2 * Math.PI) + Math.log(first) + Math.log(second) + 2 * Math.log(variance) + 4);

    const random = createRandom(42);
    const encoder = createGaussianEncoder(dense({ inputs: 4, units: 4, random: random.fork('encoder') }), {
      latentSize: 2,
    });
    const decoder = createDecoder(dense({ inputs: 2, units: 4, random: random.fork('decoder') }), {
      likelihood: gaussian({ variance }),
    });
    const optimizer = createAdam({ learningRate: cosineDecay({ from: 0.05, to: 0.0005, steps: 500 }) });
    const trainer = createVaeTrainer({ encoder, decoder, optimizer, random });
    for (let step = 0; step < 500; step++) tf.dispose(Object.values(trainer.step(x)));

    const { nats, standardError } = await estimateLogLikelihood({ encoder, decoder }, x, {
      samples: 100,
      random: createRandom(43),
    });
    const copies = tf.tile(x, [20, 1]);
    const { elbo } = await readMetrics(trainer.evaluate(copies));
    tf.dispose(copies);
    trainer.dispose();
    encoder.dispose();
    decoder.dispose();

    expect(nats).toBeGreaterThan(best - 0.01 * Math.abs(best));
    expect(nats).toBeLessThan(best + 4 * standardError + 1e-3);
    // A linear encoder can represent the posterior of a linear model, so the bound is tight, too.
    expect(elbo).toBeGreaterThan(best - 0.01 * Math.abs(best));
    expect(elbo).toBeLessThan(best + 0.02);
  });
});
