import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createMixturePrior,
  createRandom,
  createVaeTrainer,
  elboObjective,
  estimateLogLikelihood,
  gaussian,
  gaussianLogProb,
  gaussianPrior,
  importanceWeightedObjective,
  mlp,
  type DiagonalGaussian,
  type LatentPrior,
} from '../../../src/index.js';
import { meanAndError } from '../../math/mean-and-error.js';
import { expectClose, read } from '../../support/close.js';
import { always, fixed } from '../parts.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const random = () => createRandom(1);

describe('a linear-Gaussian model with a mixture as its prior', () => {
  // x | z ~ N(1.5 z, 0.25) at x = 1.2
  const decoder = createDecoder(
    fixed((z) => tf.mul(1.5, z)),
    { likelihood: gaussian({ variance: 0.25 }) },
  );
  const prior = () =>
    createMixturePrior({
      components: 2,
      latentSize: 1,
      random: random(),
      means: [[-2], [1]],
      logVariances: tf.log(tf.tensor2d([[0.25], [0.5]])),
      weights: [0.3, 0.7],
    });
  const x = () => tf.fill([200, 1], 1.2);

  test('has ELBO <= IWAE(5) <= IWAE(50) <= log p(x)', async () => {
    const parts = { encoder: always([0.5], [-2]), decoder, prior: prior() };
    const bound = async (samples?: number) => {
      const objective = samples === undefined ? elboObjective() : importanceWeightedObjective({ samples });
      return -(await read(objective.evaluate({ ...parts, x: x(), random: random(), step: 0, options: {} }).loss))[0]!;
    };
    const bounds = [await bound(), await bound(5), await bound(50), -1.4675565];
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
    const { nats, standardError, perExample } = await estimateLogLikelihood(parts, x(), {
      samples: 2000,
      random: random(),
    });
    expect(Math.abs(nats + 1.4675565)).toBeLessThan(4 * standardError);
    expect(perExample).toBeInstanceOf(Float64Array);
    expect(meanAndError([...perExample]).mean).toBeCloseTo(nats, 10);
  });

  test('has a tight bound, each weight the same, where the posterior is exact', async () => {
    // with one component of variance 1/2 around 1: precision 2 + 1.5^2 / 0.25 = 11, mean (2 + 1.5 * 1.2 / 0.25) / 11
    const one = createMixturePrior({
      components: 1,
      latentSize: 1,
      random: random(),
      means: [[1]],
      logVariances: [[-Math.LN2]],
    });
    const encoder = always([(2 + (1.5 * 1.2) / 0.25) / 11], [-Math.log(11)]);
    const expected = -0.5 * (Math.log(2 * Math.PI * (0.25 + 2.25 / 2)) + (1.2 - 1.5) ** 2 / (0.25 + 2.25 / 2));
    const { perExample } = await estimateLogLikelihood({ encoder, decoder, prior: one }, x(), {
      samples: 1,
      random: random(),
    });
    for (const nats of perExample) expect(nats).toBeCloseTo(expected, 5);
  });
});

describe('without a prior, or with gaussianPrior', () => {
  const model = (prior?: LatentPrior) => {
    const encoder = createGaussianEncoder(mlp({ sizes: [3, 4], random: random().fork('e') }), { latentSize: 2 });
    const decoder = createDecoder(mlp({ sizes: [2, 3], random: random().fork('d') }), {
      likelihood: gaussian({ variance: 1 }),
    });
    return { encoder, decoder, prior };
  };
  const x = () => random().normal([6, 3]);

  test('loss, bound, estimate and updates are the same bits', async () => {
    const numbers = async (prior?: LatentPrior) => {
      const all: number[] = [];
      for (const objective of [
        elboObjective(),
        elboObjective({ freeNats: 0.2 }),
        importanceWeightedObjective({ samples: 3 }),
      ]) {
        const trainer = createVaeTrainer({
          ...model(prior),
          objective,
          optimizer: createAdam({ learningRate: 0.1 }),
          random: random(),
        });
        for (let i = 0; i < 3; i++) all.push(...(await Promise.all(Object.values(trainer.step(x())).map(read))).flat());
      }
      const { nats, perExample } = await estimateLogLikelihood(model(prior), x(), { samples: 5, random: random() });
      return [...all, nats, ...perExample];
    };
    expect(await numbers(gaussianPrior)).toEqual(await numbers());
    // through the general form, the same numbers up to rounding
    const general = await numbers({ ...gaussianPrior });
    (await numbers()).forEach((expected, i) => expect(Math.abs(general[i]! - expected)).toBeLessThan(1e-4));
  });
});

describe('a user’s own prior', () => {
  test('provides its Gaussians, and its KL is then in closed form', async () => {
    const shifted: LatentPrior = {
      sample: (shape, stream) => tf.add(1, stream.normal(shape)),
      logProb: (z) => gaussianLogProb(z, ones(z)),
      blocks: (z) => [ones(z)],
    };
    const ones = (z: tf.Tensor): DiagonalGaussian => ({
      mean: tf.ones([1, z.shape[1]!]),
      logVariance: tf.zeros([1, z.shape[1]!]),
    });
    const decoder = createDecoder(
      fixed((z) => z),
      { likelihood: gaussian({ variance: 1 }) },
    );
    const input = {
      encoder: always([1, 1], [0, 0]),
      decoder,
      x: tf.zeros([4, 2]),
      random: random(),
      step: 0,
      options: {},
    };
    const { kl } = elboObjective().evaluate({ ...input, prior: shifted });
    await expectClose(kl, [0]);
    const { loss } = elboObjective({ freeNats: 0.5, beta: 2 }).evaluate({ ...input, prior: shifted });
    const { logLikelihood } = elboObjective().evaluate({ ...input, random: random(), prior: shifted });
    expect(loss.rank).toBe(0);
    expect(logLikelihood.rank).toBe(0);
  });
});
