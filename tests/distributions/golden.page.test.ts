import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import {
  bernoulli,
  gaussianEntropy,
  gaussianKl,
  gaussianLogProb,
  reparameterize,
} from '../../src/distributions/index.js';
import { expectOracle } from '../support/close.js';
import { golden, goldenTensor, type GoldenTensor } from '../support/golden.js';
import { inScope } from '../support/in-scope.js';

inScope();

const gaussian = golden('gaussian');
const coin = golden('bernoulli');

/** The gradient of the batch mean in each input. */
async function expectGradients(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly GoldenTensor[],
  expected: readonly GoldenTensor[],
): Promise<void> {
  const gradients = tf.grads((...tensors: Tensor[]) => tf.mean(f(...tensors)))(inputs.map(goldenTensor));
  for (const [i, gradient] of gradients.entries()) await expectOracle(gradient, expected[i]!.data);
}

describe('the Gaussian agrees with PyTorch in float64', () => {
  const { mean, logVariance, priorMean, priorLogVariance, x, noise } = gaussian;
  const posterior = () => ({ mean: goldenTensor(mean), logVariance: goldenTensor(logVariance) });

  test('in the divergence from N(0, I)', async () => {
    await expectOracle(gaussianKl(posterior()), gaussian.klStandard.data);
    await expectGradients(
      (m, v) => gaussianKl({ mean: m, logVariance: v }),
      [mean, logVariance],
      gaussian.klStandardGrad,
    );
  });

  test('in the divergence from another Gaussian', async () => {
    const prior = { mean: goldenTensor(priorMean), logVariance: goldenTensor(priorLogVariance) };
    await expectOracle(gaussianKl(posterior(), prior), gaussian.kl.data);
    await expectGradients(
      (m, v, pm, pv) => gaussianKl({ mean: m, logVariance: v }, { mean: pm, logVariance: pv }),
      [mean, logVariance, priorMean, priorLogVariance],
      gaussian.klGrad,
    );
  });

  test('in the log-density', async () => {
    await expectOracle(gaussianLogProb(goldenTensor(x), posterior()), gaussian.logProb.data);
    await expectGradients(
      (m, v) => gaussianLogProb(goldenTensor(x), { mean: m, logVariance: v }),
      [mean, logVariance],
      gaussian.logProbGrad,
    );
  });

  test('in the entropy', async () => {
    await expectOracle(gaussianEntropy(posterior()), gaussian.entropy.data);
  });

  test('in a reparameterized sample', async () => {
    await expectOracle(reparameterize(posterior(), goldenTensor(noise)), gaussian.sample.data);
    const size = (m: Tensor, v: Tensor) =>
      tf.sum(tf.square(reparameterize({ mean: m, logVariance: v }, goldenTensor(noise))), 1);
    await expectGradients((m, v) => size(m, v), [mean, logVariance], gaussian.sampleGrad);
  });
});

describe('the Bernoulli agrees with PyTorch in float64, logits of 95 and -95 included', () => {
  test('for black and white pixels', async () => {
    const x = goldenTensor(coin.binary);
    await expectOracle(bernoulli.logProb(x, goldenTensor(coin.logits)), coin.logProb.data);
    await expectGradients((logits) => bernoulli.logProb(x, logits), [coin.logits], coin.logProbGrad);
  });

  test('for grey pixels', async () => {
    await expectOracle(bernoulli.logProb(goldenTensor(coin.grey), goldenTensor(coin.logits)), coin.logProbGrey.data);
  });
});
