import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  gaussian,
  gaussianKl,
  gaussianLogProb,
  gaussianPrior,
  type DiagonalGaussian,
  type LatentPrior,
} from '../../src/distributions/index.js';
import { concatLatents, dense, embedding, mlp, sequential, withCondition, type Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import {
  createDecoder,
  createGaussianEncoder,
  createHierarchicalEncoder,
  createHierarchicalPrior,
  createMixturePrior,
  elboObjective,
  latentKl,
  type LatentEncoder,
} from '../../src/vae/index.js';
import { meanAndError } from '../math/mean-and-error.js';
import { checkGradients, checkNoLeaks } from '../support/checks.js';
import { expectClose, expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';
import { fixed } from './parts.js';

inScope();

/** For each row, the mean `slope * from + shift` and a variance. */
const linear = (from: Tensor, slope: number, shift: number, variance: number): Tensor =>
  tf.concat([tf.add(tf.mul(slope, from), shift), tf.fill(from.shape, Math.log(variance))], 1);

/** The blocks of a prior; all of them, or all but the first, are Gaussians. */
const gaussiansOf = ({ blocks }: LatentPrior, z: Tensor) => blocks!(z) as readonly DiagonalGaussian[];

/** z_1 ~ N(0, 1), z_2 ~ N(0.8 z_1, 0.36), x ~ N(1.5 z_2, 0.25), with the exact posterior for x = 1.2. */
const exact = {
  encoder: (): LatentEncoder =>
    createHierarchicalEncoder(
      [
        fixed((x) => linear(x, 0, 0.576, 0.424)),
        fixed((_, options) => linear(options!.latents!, 0.1886792, 0.6113208, 0.0849057)),
      ],
      { latentSizes: [1, 1] },
    ),
  prior: () => createHierarchicalPrior([fixed((above) => linear(above, 0.8, 0, 0.36))], { latentSizes: [1, 1] }),
  logLikelihood: (z: Tensor): Tensor => {
    const parameters = tf.mul(1.5, tf.slice(z, [0, 1], [-1, 1]));
    return gaussian({ variance: 0.25 }).logProb(tf.fill(parameters.shape, 1.2), parameters);
  },
};

describe('a hierarchy with its exact posterior', () => {
  const LOG_P = -1.6650839;
  const SAMPLES = 20_000;
  const drawn = () => exact.encoder().draw(tf.fill([1, 1], 1.2), createRandom(1), { samples: SAMPLES });

  test('has importance weights that all equal p(x)', async () => {
    const { z, logProb } = drawn();
    const logWeights = tf.sub(tf.add(exact.logLikelihood(z), exact.prior().logProb(z)), logProb);
    const [least, greatest] = await read(tf.stack([tf.min(logWeights), tf.max(logWeights)]));
    await expectOracle([least!, greatest!], [LOG_P, LOG_P], { absolute: 1e-5, relative: 0 });
  });

  test('has the terms of the bound, and their sum is log p(x)', async () => {
    const draw = drawn();
    const [first, second] = draw.gaussians!;
    const [top, below] = gaussiansOf(exact.prior(), draw.z);
    const terms = [exact.logLikelihood(draw.z), gaussianKl(first!, top), gaussianKl(second!, below)];
    const [logLikelihood, kl1, kl2] = await Promise.all(
      terms.map((term) => read(tf.mean(term)).then(([mean]) => mean!)),
    );
    // five standard errors of 20,000 draws
    await expectOracle([logLikelihood!, kl2!], [-0.7045914, 0.6535936], { absolute: 0.02, relative: 0 });
    await expectOracle(kl1!, 0.3068989, { absolute: 1e-5, relative: 0 });
    const both = latentKl(draw, exact.prior());
    await expectClose(tf.mean(both), kl1! + kl2!, { absolute: 1e-5 });
    // what latentKl takes in closed form, and what it takes at the draw, have the same mean
    const atDraw = latentKl(draw, { ...exact.prior(), blocks: undefined } as unknown as LatentPrior);
    await expectClose(tf.mean(tf.sub(both, atDraw)), 0, { absolute: 0.02 });
  });
});

/** An encoder and a prior of three blocks of 2, 1 and 2 numbers, for data of 3. */
function three(): { encoder: LatentEncoder; prior: ReturnType<typeof createHierarchicalPrior> } {
  const random = createRandom(2);
  const block = (i: number, above: number, size: number): Network => {
    const own = random.fork(String(i));
    const data = dense({ inputs: 3, units: 4, random: own.fork('data') });
    const both = concatLatents(data, dense({ inputs: above, units: 3, random: own.fork('above') }));
    return sequential([both, dense({ inputs: 7, units: 2 * size, random: own.fork('last') })]);
  };
  const latentSizes = [2, 1, 2];
  const top = mlp({ sizes: [3, 4, 4], random: random.fork('top') });
  return {
    encoder: createHierarchicalEncoder([top, block(1, 2, 1), block(2, 3, 2)], { latentSizes }),
    prior: createHierarchicalPrior(
      [mlp({ sizes: [2, 4, 2], random: random.fork('p1') }), mlp({ sizes: [3, 4, 4], random: random.fork('p2') })],
      { latentSizes },
    ),
  };
}

describe('a hierarchy of three blocks', () => {
  test('draws block by block from its log-density', async () => {
    const { encoder, prior } = three();
    const x = createRandom(3).normal([2, 3]);
    const { z, logProb, gaussians } = encoder.draw(x, createRandom(4), { samples: 3 });
    expect([z.shape, logProb.shape, encoder.latentSize]).toEqual([[6, 5], [6], 5]);
    expect(gaussians!.map(({ mean }) => mean.shape)).toEqual([
      [6, 2],
      [6, 1],
      [6, 2],
    ]);
    const density = { sample: gaussianPrior.sample, logProb: prior.logProb };
    const byHand = tf.sub(logProb, prior.logProb(z));
    await expectClose(latentKl({ z, logProb, gaussians }, density), await read(byHand));
    // the density at the draw is that of the Gaussians
    const distances = tf.concat(
      gaussians!.map(({ mean, logVariance }, i) =>
        tf.add(
          tf.div(tf.square(tf.sub(tf.slice(z, [0, [0, 2, 3][i]!], mean.shape), mean)), tf.exp(logVariance)),
          logVariance,
        ),
      ),
      1,
    );
    await expectClose(logProb, await read(tf.mul(-0.5, tf.sum(tf.add(distances, Math.log(2 * Math.PI)), 1))), {
      absolute: 1e-4,
    });
  });

  test('changes p(z_j) only for j > i if z_i changes', async () => {
    const { prior } = three();
    const z = createRandom(5).normal([1, 5]);
    const before = gaussiansOf(prior, z);
    for (const [i, place] of [0, 2, 3].entries()) {
      const after = gaussiansOf(prior, tf.add(z, tf.oneHot(tf.tensor1d([place], 'int32'), 5)));
      for (const [j, { mean }] of after.entries()) {
        const [now, then] = await Promise.all([read(mean), read(before[j]!.mean)]);
        if (j > i) expect(now).not.toEqual(then);
        else expect(now).toEqual(then);
      }
    }
  });

  test('has the closed form of each block below a mixture, and in a bound the mean of the draws', async () => {
    const { encoder } = three();
    const random = createRandom(7);
    const top = createMixturePrior({ components: 3, latentSize: 2, random });
    const below = [
      mlp({ sizes: [2, 4, 2], random: random.fork('1') }),
      mlp({ sizes: [3, 4, 4], random: random.fork('2') }),
    ];
    const latentSizes = [2, 1, 2];
    const prior = createHierarchicalPrior(below, { latentSizes, top });
    const draw = encoder.draw(createRandom(3).normal([1, 3]), createRandom(4), { samples: 4000 });
    const [first, ...others] = draw.gaussians!;
    const z = tf.slice(draw.z, [0, 0], [-1, 2]);
    const gaussians = gaussiansOf(prior, draw.z).slice(1);
    const parts = [
      tf.sub(gaussianLogProb(z, first!), top.logProb(z)),
      ...others.map((q, i) => gaussianKl(q, gaussians[i])),
    ];
    const kl = latentKl(draw, prior);
    await expectClose(kl, await read(tf.addN(parts)), { absolute: 1e-4 });
    // the same mean as at the draw alone, with less noise
    const atDraw = tf.sub(draw.logProb, prior.logProb(draw.z));
    const difference = meanAndError(await read(tf.sub(kl, atDraw)));
    expect(Math.abs(difference.mean)).toBeLessThan(4 * difference.error);
    expect(meanAndError(await read(kl)).error).toBeLessThan(meanAndError(await read(atDraw)).error);
    // free nats: those of the first block for both of its numbers together, those of the others for each
    const decoder = createDecoder(
      fixed((latents) => tf.slice(latents, [0, 0], [-1, 3])),
      { likelihood: gaussian({ variance: 1 }) },
    );
    const input = { encoder: encoder, decoder, prior, x: tf.zeros([4, 3]), step: 0, options: {} };
    const lossWith = (freeNats: number) =>
      elboObjective({ freeNats }).evaluate({ ...input, random: createRandom(5) }).loss;
    const raised = tf.sub(lossWith(1000), tf.add(lossWith(0), 5 * 1000));
    const { kl: nats } = elboObjective().evaluate({ ...input, random: createRandom(5) });
    await expectClose(raised, (await read(tf.neg(nats)))[0]!, { absolute: 1e-2 });
  });

  test('has no divergence in a block where q = p, with any block above', async () => {
    const random = createRandom(6);
    const shared = mlp({ sizes: [2, 4, 6], random: random.fork('shared') });
    const latentSizes = [2, 3];
    const encoder = createHierarchicalEncoder(
      [mlp({ sizes: [3, 4, 4], random }), fixed((_, options) => shared.apply(options!.latents!))],
      { latentSizes },
    );
    const prior = createHierarchicalPrior([shared], { latentSizes });
    const draw = encoder.draw(random.normal([4, 3]), random);
    const alone = await read(gaussianKl(draw.gaussians![0]!));
    expect(alone.every((nats) => nats > 0.01)).toBe(true);
    await expectClose(latentKl(draw, prior), alone);
  });

  test('has gradients of differences through draws, density and divergence', async () => {
    const { encoder, prior } = three();
    const x = createRandom(7).normal([2, 3]);
    const value = (data: Tensor): Tensor => {
      const draw = encoder.draw(data, createRandom(8), { samples: 2 });
      return tf.add(latentKl(draw, prior), tf.sub(prior.logProb(draw.z), draw.logProb));
    };
    await checkGradients(value, [x]);
    await checkGradients((z) => prior.logProb(z), [createRandom(9).normal([2, 5])]);
  });

  test('samples from its density: the mean of z is that of its Gaussians', async () => {
    const prior = exact.prior();
    const z = prior.sample([20_000, 2], createRandom(10));
    const { mean, variance } = tf.moments(z, 0);
    // z_2 has the variance 0.64 + 0.36; five standard errors
    await expectClose(mean, [0, 0], { absolute: 0.036 });
    await expectClose(variance, [1, 1], { absolute: 0.05, relative: 0 });
    const product = tf.mean(tf.prod(z, 1));
    await expectClose(product, 0.8, { absolute: 0.05, relative: 0 });
  });

  test('leaves no tensor behind, and frees all its variables', async () => {
    const { encoder, prior } = three();
    const x = createRandom(3).normal([2, 3]);
    await checkNoLeaks(() => {
      const draw = encoder.draw(x, createRandom(4), { samples: 3 });
      const kl = latentKl(draw, prior);
      tf.dispose([draw as never, kl, prior.sample([2, 5], createRandom(5))]);
    });
    const before = tf.memory().numTensors;
    const count = encoder.variables.length + prior.variables.length;
    encoder.dispose();
    prior.dispose();
    expect(tf.memory().numTensors).toBe(before - count);
  });
});

describe('a hierarchy of one block', () => {
  test('is a Gaussian encoder, bit for bit', async () => {
    const network = () => mlp({ sizes: [3, 8, 4], random: createRandom(1).fork('encoder') });
    const x = createRandom(2).normal([5, 3]);
    const one = createHierarchicalEncoder([network()], { latentSizes: [2] });
    const plain = createGaussianEncoder(network(), { latentSize: 2 });
    const prior = createHierarchicalPrior([], { latentSizes: [2] });
    for (const samples of [undefined, 3]) {
      const [ours, theirs] = [one, plain].map((encoder) => encoder.draw(x, createRandom(3), { samples }));
      const all = ({ z, logProb, gaussians }: typeof ours & object) => [
        z,
        logProb,
        gaussians![0]!.mean,
        gaussians![0]!.logVariance,
        latentKl(ours!, prior),
        latentKl(ours!),
      ];
      const [bits, others] = [all(ours!), all(theirs!)];
      for (const [i, tensor] of bits.entries()) expect(await read(tensor)).toEqual(await read(others[i]!));
      expect(await read(latentKl(ours!, prior))).toEqual(await read(latentKl(theirs!)));
    }
    const z = prior.sample([4, 2], createRandom(4));
    expect(await read(z)).toEqual(await read(createRandom(4).normal([4, 2])));
    expect(await read(prior.logProb(z))).toEqual(await read(gaussianPrior.logProb(z)));
  });
});

describe('conditions and tops', () => {
  test('each row of a conditional hierarchy reads the condition of its example', async () => {
    const random = createRandom(11);
    const labels = (name: string): Network => embedding({ classes: 3, size: 2, random: random.fork(name) });
    const top = withCondition(dense({ inputs: 3 + 2, units: 2, random: random.fork('1') }), labels('1 labels'));
    const both = concatLatents(
      dense({ inputs: 3, units: 2, random: random.fork('2') }),
      dense({ inputs: 1, units: 2, random: random.fork('3') }),
    );
    const last = withCondition(dense({ inputs: 4 + 2, units: 2, random: random.fork('4') }), labels('2 labels'));
    const encoder = createHierarchicalEncoder([top, sequential([both, last])], { latentSizes: [1, 1] });
    const x = random.normal([2, 3]);
    const condition = tf.tensor1d([2, 0], 'int32');
    const noise = (): ReturnType<typeof createRandom> => createRandom(12);
    const { gaussians } = encoder.draw(x, noise(), { condition, samples: 2 });
    const repeated = encoder.draw(tf.tile(x, [2, 1]), noise(), { condition: tf.tile(condition, [2]) });
    await expectClose(gaussians![1]!.mean, await read(repeated.gaussians![1]!.mean));
  });

  test('a top without Gaussians gives the divergence at the draw only for its block', async () => {
    const top: LatentPrior = { sample: gaussianPrior.sample, logProb: (z) => gaussianPrior.logProb(z) };
    const network = fixed((above) => linear(above, 0.8, 0, 0.36));
    const prior = createHierarchicalPrior([network], { latentSizes: [1, 1], top });
    const draw = exact.encoder().draw(tf.fill([1, 1], 1.2), createRandom(1), { samples: 2 });
    const [q, below] = draw.gaussians!;
    const z = tf.slice(draw.z, [0, 0], [-1, 1]);
    const atDraw = tf.sub(gaussianLogProb(z, q!), gaussianPrior.logProb(z));
    const inClosedForm = gaussianKl(below!, gaussiansOf(exact.prior(), draw.z)[1]);
    await expectClose(latentKl(draw, prior), await read(tf.add(atDraw, inClosedForm)), { absolute: 1e-5 });
  });
});

describe('rejects', () => {
  const network = (): Network => mlp({ sizes: [3, 2], random: createRandom(1) });

  test('the wrong number of networks, and invalid sizes', () => {
    expect(() => createHierarchicalEncoder([network()], { latentSizes: [1, 1] })).toThrow(
      'createHierarchicalEncoder: `networks` must hold 2, one for each block of latentSizes; got 1.',
    );
    expect(() => createHierarchicalPrior([network()], { latentSizes: [1] })).toThrow(
      'createHierarchicalPrior: `networks` must hold 0, one for each block of latentSizes but the first; got 1.',
    );
    expect(() => createHierarchicalPrior([], { latentSizes: [0] })).toThrow('`latentSizes[0]` must be');
    expect(() => createHierarchicalPrior([], { latentSizes: [1], top: {} as never })).toThrow('`top`');
  });

  test('latents and outputs of another shape', () => {
    const encoder = createHierarchicalEncoder([network(), network()], { latentSizes: [2, 1] });
    expect(() => encoder.draw(tf.ones([2, 3]), createRandom(1))).toThrow(
      'draw: `network output` must have shape [2, 4]; got [2, 2]. The network must output all means',
    );
    expect(() => exact.prior().logProb(tf.ones([2, 3]))).toThrow('logProb: `z` must have shape [?, 2]; got [2, 3].');
    expect(() => exact.prior().sample([2, 3], createRandom(1))).toThrow('must have shape [?, 2]; got [2, 3].');
  });
});
