import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, test } from 'vitest';
import { bernoulli, gaussianLogProb, reparameterize } from '../../src/distributions/index.js';
import { elbo, importanceWeightedBound } from '../../src/vae/index.js';
import { expectOracle } from '../support/close.js';
import { golden, goldenTensor, type GoldenTensor } from '../support/golden.js';
import { inScope } from '../support/in-scope.js';

inScope();

const { mean, logVariance, noise, W, x, ...expected } = golden('elbo');
const iwae = golden('iwae');

/** The gradients of minus the mean of a bound with respect to the mean, the log-variance and the decoder's weights. */
async function expectLossGradients(
  bound: (inputs: Tensor[]) => Tensor,
  gradients: readonly GoldenTensor[],
): Promise<void> {
  const inputs = [mean, logVariance, W].map(goldenTensor);
  const computed = tf.grads((...tensors: Tensor[]) => tf.neg(tf.mean(bound(tensors))))(inputs);
  for (const [i, gradient] of computed.entries()) await expectOracle(gradient, gradients[i]!.data);
}

describe('the evidence lower bound agrees with PyTorch in float64', () => {
  const bound = ([m, v, weights]: Tensor[]) => {
    const posterior = { mean: m!, logVariance: v! };
    const parameters = tf.matMul(reparameterize(posterior, goldenTensor(noise)), weights!);
    return elbo({ x: goldenTensor(x), parameters, likelihood: bernoulli, posterior });
  };

  test('in value and terms', async () => {
    const { elbo: total, logLikelihood, kl } = bound([mean, logVariance, W].map(goldenTensor));
    await expectOracle(total, expected.elbo.data);
    await expectOracle(logLikelihood, expected.reconstruction.data);
    await expectOracle(kl, expected.kl.data);
  });

  test('in the gradients of the loss', async () => {
    await expectLossGradients((inputs) => bound(inputs).elbo, expected.lossGrad);
  });
});

describe('the importance-weighted bound agrees with PyTorch in float64', () => {
  const [samples, batch, latent] = iwae.noise.shape as [number, number, number];
  const logWeights = ([m, v, weights]: Tensor[]): Tensor => {
    const gaussian = { mean: m!, logVariance: v! };
    const z = reparameterize(gaussian, goldenTensor(iwae.noise));
    const rows = tf.reshape(z, [samples * batch, latent]);
    const repeated = (tensor: Tensor) => tf.tile(tensor, [samples, 1]);
    const data = repeated(goldenTensor(x));
    const logLikelihood = bernoulli.logProb(data, tf.matMul(rows, weights!));
    const zeros = tf.zeros([1, latent]);
    const logPrior = gaussianLogProb(rows, { mean: zeros, logVariance: zeros });
    const logPosterior = gaussianLogProb(rows, { mean: repeated(m!), logVariance: repeated(v!) });
    return tf.reshape(tf.sub(tf.add(logLikelihood, logPrior), logPosterior), [samples, batch]);
  };

  test('in the weights and the bound', async () => {
    await expectOracle(logWeights([mean, logVariance, W].map(goldenTensor)), iwae.logWeights.data);
    await expectOracle(importanceWeightedBound(goldenTensor(iwae.logWeights)), iwae.bound.data);
  });

  test('in the gradients of the loss', async () => {
    await expectLossGradients((inputs) => importanceWeightedBound(logWeights(inputs)), iwae.lossGrad);
  });
});
