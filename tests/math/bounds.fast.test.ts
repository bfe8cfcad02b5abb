import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reparameterize } from '../../src/distributions/index.js';
import { createRandom } from '../../src/random/index.js';
import { elbo, estimateLogLikelihood, importanceWeightedObjective } from '../../src/vae/index.js';
import { read } from '../support/close.js';
import { exactLogLikelihood, gapOf, linearGaussian } from './linear-gaussian.js';
import { meanAndError } from './mean-and-error.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
});

/** Data drawn from the model itself. */
function sampleData(count: number): Tensor {
  const random = createRandom(31);
  return linearGaussian().decoder.sample(random.normal([count, 2]), random);
}

async function exactOf(x: Tensor): Promise<number[]> {
  const values = await read(x);
  return Array.from({ length: x.shape[0] }, (_, i) => exactLogLikelihood(values.slice(4 * i, 4 * i + 4)));
}

const average = (values: readonly number[]): number => meanAndError(values).mean;

function boundOf({ encoder, decoder }: ReturnType<typeof linearGaussian>, x: Tensor): Tensor {
  const posterior = encoder.encode(x);
  const parameters = decoder.decode(reparameterize(posterior, createRandom(32)));
  return elbo({ x, parameters, likelihood: decoder.likelihood, posterior }).elbo;
}

const distorted = { shift: 0.6, widening: 1.6 };

describe('for a linear Gaussian model, whose log-likelihood is known', () => {
  test('the expected ELBO with the exact posterior is the log-likelihood', async () => {
    const x = sampleData(4000);
    const exact = await exactOf(x);
    const { mean, error } = meanAndError(
      (await read(boundOf(linearGaussian(), x))).map((value, i) => value - exact[i]!),
    );
    expect(Math.abs(mean)).toBeLessThan(4 * error);
    expect(error).toBeLessThan(0.03);
  });

  test('the expected ELBO with another posterior is too low by its divergence from the exact one', async () => {
    const x = sampleData(4000);
    const exact = await exactOf(x);
    const bound = await read(boundOf(linearGaussian(distorted), x));
    const { mean, error } = meanAndError(bound.map((value, i) => exact[i]! - value));
    expect(Math.abs(mean - gapOf(distorted))).toBeLessThan(4 * error);
    expect(error).toBeLessThan(gapOf(distorted) / 10);
  });

  test('ELBO < IWAE(5) < IWAE(50) < log p(x) for another posterior', async () => {
    const x = sampleData(2000);
    const exact = average(await exactOf(x));
    const parts = linearGaussian(distorted);
    const bounds = [average(await read(boundOf(parts, x)))];
    for (const samples of [5, 50]) {
      const objective = importanceWeightedObjective({ samples });
      const { loss } = objective.evaluate({ ...parts, x, random: createRandom(33), step: 0, options: {} });
      bounds.push(-(await read(loss))[0]!);
    }
    const [single, few, many] = bounds;
    expect(single).toBeLessThan(few!);
    expect(few).toBeLessThan(many!);
    expect(many).toBeLessThan(exact);
    expect(exact - many!).toBeLessThan(0.1);
  });

  test('one sample of the exact posterior is as good as many: every weight is p(x)', async () => {
    const x = sampleData(50);
    const exact = average(await exactOf(x));
    const random = createRandom(34);
    const estimate = await estimateLogLikelihood(linearGaussian(), x, { samples: 60, random });
    expect(Math.abs(estimate.nats - exact)).toBeLessThan(1e-5 * Math.abs(exact));
    expect(estimate.standardError).toBeLessThan(1e-5);
    expect(Math.abs(estimate.effectiveSampleSize - 60)).toBeLessThan(1e-3);
    const single = await estimateLogLikelihood(linearGaussian(), x, { samples: 1, random });
    expect(Math.abs(single.nats - exact)).toBeLessThan(1e-5 * Math.abs(exact));
  });

  test('the estimate with another posterior is within four standard errors, and over 30 seeds its standard error is right', async () => {
    const x = sampleData(20);
    const exact = average(await exactOf(x));
    const parts = linearGaussian(distorted);
    const estimates = [];
    for (let seed = 0; seed < 30; seed++) {
      estimates.push(await estimateLogLikelihood(parts, x, { samples: 200, random: createRandom(seed) }));
    }
    for (const { nats, standardError, effectiveSampleSize } of estimates) {
      expect(Math.abs(nats - exact)).toBeLessThan(4 * standardError);
      expect(effectiveSampleSize).toBeGreaterThan(20);
      expect(effectiveSampleSize).toBeLessThan(180);
    }
    const { error } = meanAndError(estimates.map(({ nats }) => nats));
    const spread = error * Math.sqrt(estimates.length);
    const ratio = spread / average(estimates.map(({ standardError }) => standardError));
    // The spread of 30 numbers is itself known to 13%.
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.5);
  });
});
