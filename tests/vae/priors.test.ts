import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createMixturePrior,
  createPriorTrainer,
  createRandom,
  createVaeTrainer,
  createVampPrior,
  estimateLogLikelihood,
  gaussian,
  gaussianLogProb,
  gaussianPrior,
  importanceWeightedObjective,
  elboObjective,
  latentKl,
  mlp,
  tanh,
  type DiagonalGaussian,
  type LatentPrior,
} from '../../src/index.js';
import { meanAndError } from '../math/mean-and-error.js';
import { checkGradients, checkNoLeaks, checkSecondGradients } from '../support/checks.js';
import { expectClose, read } from '../support/close.js';
import { fixed } from './parts.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
});

const random = () => createRandom(1);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** An encoder that gives each row the same Gaussian. */
const always = (means: readonly number[], logVariances: readonly number[]) =>
  createGaussianEncoder(
    fixed((x) => tf.add(tf.zeros([x.shape[0], 2 * means.length]), [...means, ...logVariances])),
    { latentSize: means.length },
  );

// p = 1/4 N((-1, 0), I) + 3/4 N((2, 1), diag(1/4, 1)), and numbers of float64
const two = () =>
  createMixturePrior({
    components: 2,
    latentSize: 2,
    random: random(),
    means: [
      [-1, 0],
      [2, 1],
    ],
    logVariances: tf.log(
      tf.tensor2d([
        [1, 1],
        [0.25, 1],
      ]),
    ),
    weights: [1, 3],
  });

describe('createMixturePrior', () => {
  test('has the log-density and the gradient of an example in float64', async () => {
    const prior = two();
    const z = tf.tensor2d([
      [0, 0],
      [2, 1],
      [-1, 3],
    ]);
    await expectClose(prior.logProb(z), [-3.7221607, -1.4312896, -7.7241703], { absolute: 2e-6 });
    const gradient = tf.grad((at) => tf.sum(prior.logProb(at)))(tf.zeros([1, 2]));
    await expectClose(gradient, [-0.9819214, 0.0020087], { absolute: 2e-6 });
  });

  test('with one component is a Gaussian, and with equal components the same', async () => {
    const [means, logVariances] = [random().normal([1, 3]), random().fork('l').normal([1, 3])];
    const z = random().fork('z').normal([5, 3]);
    const expected = await read(gaussianLogProb(z, { mean: means, logVariance: logVariances }));
    for (const components of [1, 7]) {
      const each = (row: tf.Tensor) => tf.tile(row, [components, 1]);
      const prior = createMixturePrior({
        components,
        latentSize: 3,
        random: random(),
        means: each(means),
        logVariances: each(logVariances),
        weights: tf.add(1, tf.div(tf.range(0, components), 7)),
      });
      await expectClose(prior.logProb(z), expected, { relative: 1e-5, absolute: 1e-5 });
    }
  });

  test('depends neither on a constant added to all logits, nor on the order of components', async () => {
    const z = random().normal([5, 2]);
    const prior = two();
    const expected = await read(prior.logProb(z));
    for (const variable of prior.variables.slice(0, 2)) variable.assign(tf.reverse(variable, 0));
    prior.variables[2]!.assign(tf.add(tf.reverse(prior.variables[2]!, 0), 30));
    await expectClose(prior.logProb(z), expected, { absolute: 2e-5 });
  });

  test('is right to 1e-4 nats with 500 components in 40 dimensions, at log-variances down to -6, in pieces as well', async () => {
    const [components, size, rows] = [500, 40, 230];
    const stream = random();
    const means = stream.normal([components, size]);
    const logVariances = stream.uniform([components, size], -6, -4);
    const chosen = tf.range(0, rows, 1, 'int32');
    const gaussianOf = { mean: tf.gather(means, chosen), logVariance: tf.gather(logVariances, chosen) };
    const z = tf.add(gaussianOf.mean, tf.mul(tf.exp(tf.mul(0.5, gaussianOf.logVariance)), stream.normal([rows, size])));
    const prior = createMixturePrior({ components, latentSize: size, random: stream, means, logVariances });
    const [got, points, m, l] = await Promise.all([prior.logProb(z), z, means, logVariances].map(read));
    const worst = got!.map((value, n) => Math.abs(value - exact(points!.slice(n * size, (n + 1) * size), m!, l!)));
    expect(Math.max(...worst)).toBeLessThan(1e-4);
  });

  test('has correct gradients at log-variances of -6, 20 deviations away, up to the second order', async () => {
    const prior = createMixturePrior({
      components: 2,
      latentSize: 1,
      random: random(),
      means: [[0], [0.3]],
      logVariances: [[-6], [-6]],
    });
    const z = tf.tensor2d([[0.02], [0.16], [1]]);
    const options = { step: 2 ** -9, relative: 5e-3, absolute: 5e-2 };
    await checkGradients((at) => prior.logProb(at), [z], options);
    await checkSecondGradients((at) => tf.grad((y) => tf.sum(prior.logProb(y)))(at), [z], { ...options, absolute: 1 });
  });

  test('gives a component without weight no samples, and finite gradients', async () => {
    const prior = two();
    prior.variables[2]!.assign(tf.tensor1d([-1e9, 0]));
    const z = tf.tensor2d([[2, 1]]);
    await expectClose(prior.logProb(z), [-Math.log(2 * Math.PI) - Math.log(0.5)], { absolute: 1e-5 });
    const { grads } = tf.variableGrads(() => tf.sum(prior.logProb(z)), [...prior.variables]);
    for (const gradient of Object.values(grads)) expect((await read(gradient)).every(Number.isFinite)).toBe(true);
    const draws = await read(prior.sample([500, 2], random()));
    expect(mean(draws.filter((_, i) => i % 2 === 0))).toBeGreaterThan(1.8);
  });

  test('rejects wrong sizes and weights, and leaves no tensor behind', async () => {
    const options = { components: 2, latentSize: 1, random: random() };
    expect(() => createMixturePrior({ ...options, means: [[1]] })).toThrow(
      /createMixturePrior: `means` must have shape \[2, 1\]/,
    );
    expect(() => createMixturePrior({ ...options, weights: [1, 0] })).toThrow(/`weights` must be above 0/);
    expect(() => createMixturePrior({ ...options, components: 0 })).toThrow(/`components` must be a positive integer/);
    await checkNoLeaks(() => {
      expect(() => createMixturePrior({ ...options, weights: [1] })).toThrow();
      createMixturePrior(options).dispose();
    });
  });
});

/** log of the mean of the Gaussians of all components at z, in float64. */
function exact(z: readonly number[], means: readonly number[], logVariances: readonly number[]): number {
  const size = z.length;
  const logs = Array.from({ length: means.length / size }, (_, k) =>
    z.reduce((sum, value, j) => {
      const l = logVariances[k * size + j]!;
      return sum - 0.5 * (Math.log(2 * Math.PI) + l + (value - means[k * size + j]!) ** 2 * Math.exp(-l));
    }, 0),
  );
  const largest = Math.max(...logs);
  return largest + Math.log(mean(logs.map((log) => Math.exp(log - largest))));
}

describe('the KL divergence of draws', () => {
  test('from a mixture is that of 200-point quadrature within four standard errors, and below its bound', async () => {
    const prior = createMixturePrior({
      components: 2,
      latentSize: 1,
      random: random(),
      means: [[-1], [1]],
      logVariances: [[0], [0]],
    });
    const draw = always([0.5], [-1]).draw(tf.zeros([1, 1]), random(), { samples: 20000 });
    const values = await read(latentKl(draw, prior));
    const { mean: average, error } = meanAndError(values);
    expect(Math.abs(average - 0.5542123)).toBeLessThan(4 * error);
    expect(average).toBeLessThan(1.0020869);
    await expectClose(tf.slice(latentKl(draw, gaussianPrior), 0, 1), [0.3089397], { absolute: 1e-6 });
    // each draw obeys log p >= log w_k + log N_k, for all k
    const one = { mean: tf.tensor2d([[1]]), logVariance: tf.zeros([1, 1]) };
    const bounds = await read(tf.sub(tf.add(draw.logProb, Math.LN2), gaussianLogProb(draw.z, one)));
    expect(values.every((value, i) => value <= bounds[i]! + 1e-5)).toBe(true);
  });
});

describe('createVampPrior', () => {
  const encoder = () =>
    createGaussianEncoder(mlp({ sizes: [3, 8, 4], activation: tanh, random: random().fork('encoder') }), {
      latentSize: 2,
    });

  test('of all data costs at most log K for each draw', async () => {
    const x = random().normal([8, 3]);
    const q = encoder();
    const prior = createVampPrior(q, { inputs: x });
    const values = await read(latentKl(q.draw(x, random(), { samples: 50 }), prior));
    expect(Math.max(...values)).toBeLessThan(Math.log(8) + 1e-5);
    const exactly = meanAndError(values);
    expect(exactly.mean).toBeGreaterThan(0);
  });

  test('passes its gradient to the encoder and to the pseudo-inputs within the range', async () => {
    const q = encoder();
    const prior = createVampPrior(q, { inputs: tf.tensor2d([[0.5, 0.5, 2]]), range: [0, 1] });
    const z = random().normal([4, 2]);
    const { grads } = tf.variableGrads(() => tf.sum(prior.logProb(z)), [...prior.variables]);
    const sizes = await Promise.all(prior.variables.map((variable) => read(tf.abs(grads[variable.name]!))));
    expect(sizes.length).toBe(1 + q.variables.length);
    expect(sizes[0]!.map((size) => size > 0)).toEqual([true, true, false]);
    for (const size of sizes.slice(1)) expect(Math.max(...size)).toBeGreaterThan(0);
  });

  test('frees its pseudo-inputs, not the encoder', () => {
    const q = encoder();
    const prior = createVampPrior(q, { inputs: tf.zeros([2, 3]) });
    prior.dispose();
    expect(prior.variables[0]!.isDisposed).toBe(true);
    expect(q.variables[0]!.isDisposed).toBe(false);
    expect(() => prior.sample([1, 2], random())).toThrow(/must not be disposed/);
  });

  test('rejects what is no encoder, and a range that is none', () => {
    expect(() =>
      createVampPrior(mlp({ sizes: [3, 4], random: random() }) as never, { inputs: tf.zeros([2, 3]) }),
    ).toThrow(/createVampPrior: `encoder.encode` must be a function/);
    expect(() => createVampPrior(encoder(), { inputs: tf.zeros([2, 3]), range: [1, 0] })).toThrow(/`range` must be/);
  });
});

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
    expect(mean([...perExample])).toBeCloseTo(nats, 10);
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

describe('a prior of one’s own', () => {
  test('is asked for its Gaussians, and its KL is then in closed form', async () => {
    const shifted: LatentPrior = {
      sample: (shape, stream) => tf.add(1, stream.normal(shape)),
      logProb: (z) => gaussianLogProb(z, ones(z)),
      gaussians: (z) => [ones(z)],
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

describe('createPriorTrainer', () => {
  test('fits a mixture to latents, and leaves the encoder as it is', async () => {
    const encoder = createGaussianEncoder(mlp({ sizes: [2, 8, 2], activation: tanh, random: random().fork('e') }), {
      latentSize: 1,
    });
    encoder.variables.at(-1)!.assign(tf.tensor1d([2, -3]));
    const before = await Promise.all(encoder.variables.map(read));
    const prior = createMixturePrior({ components: 4, latentSize: 1, random: random() });
    const trainer = createPriorTrainer({
      prior,
      encoder,
      optimizer: createAdam({ learningRate: 0.05 }),
      random: random(),
    });
    const x = random().normal([64, 2]);
    const [first] = await read(trainer.step(x).kl);
    for (let i = 0; i < 100; i++) tf.dispose(trainer.step(x));
    const [last] = await read(trainer.step(x).kl);
    expect(last).toBeLessThan(first! - 1);
    expect(await Promise.all(encoder.variables.map(read))).toEqual(before);
  });

  test('trains the pseudo-inputs of a VampPrior alone', async () => {
    const encoder = createGaussianEncoder(mlp({ sizes: [2, 4], random: random().fork('e') }), { latentSize: 2 });
    const before = await Promise.all(encoder.variables.map(read));
    const prior = createVampPrior(encoder, { inputs: random().normal([3, 2]) });
    const inputs = await read(prior.variables[0]!);
    const trainer = createPriorTrainer({
      prior,
      encoder,
      optimizer: createAdam({ learningRate: 0.05 }),
      random: random(),
    });
    tf.dispose(trainer.step(random().normal([8, 2])));
    expect(Object.keys(trainer.state.variables).filter((name) => name.startsWith('prior'))).toEqual(['prior.0']);
    expect(await read(prior.variables[0]!)).not.toEqual(inputs);
    expect(await Promise.all(encoder.variables.map(read))).toEqual(before);
  });

  test('rejects a prior without variables', () => {
    const encoder = always([0], [0]);
    const options = { encoder, optimizer: createAdam({ learningRate: 0.05 }), random: random() };
    expect(() => createPriorTrainer({ ...options, prior: gaussianPrior as never })).toThrow(
      /createPriorTrainer: `prior` must have variables to train/,
    );
  });
});
