import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  bernoulli,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createMixturePrior,
  createRandom,
  createVaeTrainer,
  elboObjective,
  gaussianPrior,
  importanceWeightedObjective,
  latentKl,
  mlp,
  readMetrics,
  reshape,
  sequential,
  ShapeError,
  type Network,
} from '../../src/index.js';
import {
  codeUsage,
  createCodebook,
  createQuantizedEncoder,
  finiteScalarQuantizer,
  uniformCodes,
  type Quantizer,
} from '../../src/tokens/index.js';
import { expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';
import { withoutLeak } from '../training/sample.js';
import { fixed } from '../vae/parts.js';

inScope();

const random = () => createRandom(3);
/** An encoder of so many places, whose vectors are the data themselves. */
const encoderOf = (quantizer: Quantizer, places: number) =>
  createQuantizedEncoder(
    fixed((x) => tf.reshape(x, [x.shape[0], places, quantizer.size])),
    { quantizer },
  );

describe('an encoder of codes', () => {
  test('draws the codes of the vectors of its network, place by place', async () => {
    const quantizer = finiteScalarQuantizer({ levels: [5, 4] });
    const encoder = encoderOf(quantizer, 3);
    const x = createRandom(1).normal([2, 6]);
    const { z, logProb, penalty } = encoder.draw(x, random());
    expect(encoder.latentSize).toBe(6);
    expect(penalty).toBeUndefined();
    expect(await read(logProb)).toEqual([0, 0]);
    expect(await read(z)).toEqual(await read(quantizer.quantize(tf.reshape(x, [6, 2])).z));
    const indices = encoder.indices(x);
    expect([z.shape, indices.shape, indices.dtype]).toEqual([[2, 6], [2, 3], 'int32']);
    expect(await read(quantizer.lookUp(indices))).toEqual(await read(z));
  });

  test('repeats the codes for each sample, all examples first', async () => {
    const encoder = encoderOf(createCodebook({ codes: 5, size: 2, random: random() }), 1);
    const x = createRandom(1).normal([3, 2]);
    const once = await read(encoder.draw(x, random()).z);
    const { z, logProb, penalty } = encoder.draw(x, random(), { samples: 2 });
    expect(await read(z)).toEqual([...once, ...once]);
    expect([logProb.shape, penalty?.shape]).toEqual([[6], [3]]);
  });

  test('takes pictures of any size, and lists their codes row by row', async () => {
    const quantizer = finiteScalarQuantizer({ levels: [4] });
    const encoder = createQuantizedEncoder(
      fixed((x) => x),
      { quantizer },
    );
    const x = createRandom(2).normal([2, 3, 2, 1]);
    expect(await read(encoder.indices(x))).toEqual(await read(quantizer.quantize(x).indices));
    expect(encoder.indices(x).shape).toEqual([2, 6]);
  });

  test('owns the network and the quantizer', () => {
    const network = fixed((x) => x);
    const quantizer = createCodebook({ codes: 5, size: 2, random: random() });
    const encoder = createQuantizedEncoder(network, { quantizer });
    expect(encoder.buffers).toEqual(quantizer.buffers);
    encoder.dispose();
    expect(network.disposals).toBe(1);
    expect(quantizer.buffers!.every(({ isDisposed }) => isDisposed)).toBe(true);
    expect(() => encoder.indices(tf.zeros([1, 2]))).toThrow(/quantizer` must not be disposed/);
  });

  test('moves the codes of a codebook in training only', async () => {
    const quantizer = createCodebook({ codes: 5, size: 2, random: random() });
    const encoder = encoderOf(quantizer, 2);
    const before = await read(quantizer.buffers![0]!);
    const x = createRandom(1).normal([8, 4]);
    encoder.indices(x);
    encoder.draw(x, random());
    expect(await read(quantizer.buffers![0]!)).toEqual(before);
    encoder.draw(x, random(), { training: true });
    expect(await read(quantizer.buffers![0]!)).not.toEqual(before);
  });

  test('refuses what does not fit', () => {
    const quantizer = finiteScalarQuantizer({ levels: [5, 4] });
    const encoder = createQuantizedEncoder(
      fixed((x) => x),
      { quantizer },
    );
    expect(() => encoder.indices(tf.zeros([2, 3]))).toThrow(ShapeError);
    expect(() => encoder.draw(tf.zeros([2, 3]), random())).toThrow(/network output` must have shape \[2, 2\]/);
    expect(() =>
      createQuantizedEncoder(
        fixed((x) => x),
        { quantizer: {} as never },
      ),
    ).toThrow(/must be a record with quantize/);
  });

  test('leaves no tensor behind', async () => {
    const encoder = encoderOf(createCodebook({ codes: 5, size: 2, random: random() }), 2);
    const x = createRandom(1).normal([8, 4]);
    await withoutLeak(() => {
      const { z, logProb, penalty } = encoder.draw(x, random(), { training: true, samples: 2 });
      tf.dispose([encoder.indices(x), z, logProb, penalty!]);
    });
  });
});

describe('uniform codes', () => {
  test.each([
    [[8, 5, 5, 5], 49, 338.4800087],
    [[2, 2, 2], 4, 8.3177662],
  ])('of levels %j at %i places cost %d nats', async (levels, places, nats) => {
    const quantizer = finiteScalarQuantizer({ levels });
    const encoder = encoderOf(quantizer, places);
    const draw = encoder.draw(createRandom(1).normal([2, places * levels.length]), random());
    await expectOracle(latentKl(draw, encoder.prior), [nats, nats], { relative: 1e-6 });
    const shaped = quantizer.lookUp(encoder.indices(tf.zeros([1, places * levels.length])));
    await expectOracle(uniformCodes(quantizer).logProb(shaped), [-nats], { relative: 1e-6 });
  });

  test('are drawn equally often', async () => {
    const quantizer = finiteScalarQuantizer({ levels: [2, 3] });
    const z = uniformCodes(quantizer).sample([3000, 4], random());
    const { counts } = await codeUsage(quantizer.indicesOf(tf.reshape(z, [6000, 2])), { codes: 6 });
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // 99.9% of a chi-square of 5 degrees
    expect(chiSquare).toBeLessThan(20.5);
  });

  test('have no probability for NaN, and refuse other sizes', async () => {
    const prior = uniformCodes(finiteScalarQuantizer({ levels: [2, 3] }));
    expect(await read(prior.logProb(tf.tensor2d([[NaN, 0]])))).toEqual([NaN]);
    expect(() => prior.logProb(tf.zeros([2, 3]))).toThrow(/must have shape \[\?, 4\]/);
    expect(() => prior.sample([2, 3], random())).toThrow(/must have shape \[\?, 4\]/);
  });
});

// two places of four codes, and a decoder whose log-likelihoods are known for each of the 16 z
describe('the bound of a model of two places and four codes', () => {
  const make = () => {
    const quantizer = finiteScalarQuantizer({ levels: [2, 2] });
    const network: Network = mlp({ sizes: [3, 6, 4], random: random().fork('e') });
    const encoder = createQuantizedEncoder(sequential([network, reshape({ shape: [2, 2] })]), { quantizer });
    const decoder = createDecoder(mlp({ sizes: [4, 8, 3], random: random().fork('d') }), { likelihood: bernoulli });
    return { encoder, decoder, quantizer };
  };
  const x = () => tf.cast(tf.less(createRandom(9).uniform([6, 3]), 0.5), 'float32');

  /** log sum over all codes of p(c) p(x|c), for each example, in float64. */
  const evidence = async ({ decoder, quantizer }: ReturnType<typeof make>): Promise<number[]> => {
    const pairs = Array.from({ length: 16 }, (_, i) => [i % 4, i >> 2]).flat();
    const z = tf.reshape(quantizer.lookUp(tf.tensor1d(pairs, 'int32')), [16, 4]);
    const logits = await read(decoder.decode(z));
    const data = await read(x());
    return Array.from({ length: 6 }, (_, row) => {
      const terms = Array.from({ length: 16 }, (_, code) => {
        let sum = -Math.log(16);
        for (let j = 0; j < 3; j++) {
          const logit = logits[3 * code + j]!;
          sum += data[3 * row + j]! * logit - Math.log1p(Math.exp(logit));
        }
        return Math.exp(sum);
      });
      return Math.log(terms.reduce((sum, term) => sum + term, 0));
    });
  };

  test.each([elboObjective(), importanceWeightedObjective({ samples: 3 })])(
    'is below log p(x): %#',
    async (objective) => {
      const model = make();
      const truth = await evidence(model);
      const { elbo, logLikelihood, kl } = objective.evaluate({
        ...model,
        x: x(),
        random: random(),
        step: 0,
        options: {},
      });
      const mean = truth.reduce((sum, nats) => sum + nats, 0) / 6;
      const [bound] = await read(tf.mean(elbo));
      expect(bound).toBeLessThanOrEqual(mean);
      await expectOracle(tf.mean(kl), 2 * Math.log(4));
      await expectOracle(tf.mean(logLikelihood), bound! + 2 * Math.log(4));
    },
  );

  test('rises in training, and the penalty of a codebook is in the loss, not in the bound', async () => {
    const { decoder } = make();
    const network = sequential([mlp({ sizes: [3, 6, 4], random: random() }), reshape({ shape: [2, 2] })]);
    const quantizer = createCodebook({ codes: 4, size: 2, random: random(), commitment: 1 });
    const encoder = createQuantizedEncoder(network, { quantizer });
    const trainer = createVaeTrainer({
      encoder,
      decoder,
      optimizer: createAdam({ learningRate: 0.02 }),
      random: random(),
    });
    const data = x();
    const first = await readMetrics(trainer.step(data));
    expect(first.loss).toBeGreaterThan(-first.elbo);
    for (let i = 0; i < 60; i++) tf.dispose({ ...trainer.step(data) });
    const last = await readMetrics(trainer.step(data));
    expect(last.elbo).toBeGreaterThan(first.elbo + 0.5);
    trainer.dispose();
  });
});

test('codes need probabilities, and Gaussians a density', () => {
  const random = createRandom(1);
  const quantizer = finiteScalarQuantizer({ levels: [2, 2] });
  const codes = createQuantizedEncoder(mlp({ sizes: [3, 2], random }), { quantizer });
  const gaussian = createGaussianEncoder(mlp({ sizes: [3, 4], random }), { latentSize: 2 });
  const decoder = createDecoder(mlp({ sizes: [2, 3], random }), { likelihood: bernoulli });
  const rest = { decoder, optimizer: createAdam({ learningRate: 0.02 }), random };
  const mixture = createMixturePrior({ components: 2, latentSize: 2, random });
  for (const prior of [gaussianPrior, mixture])
    expect(() => createVaeTrainer({ ...rest, encoder: codes, prior })).toThrow(
      /`prior` must give probabilities of codes/,
    );
  expect(() => createVaeTrainer({ ...rest, encoder: gaussian, prior: codes.prior })).toThrow(
    /`prior` must have a density/,
  );
});
