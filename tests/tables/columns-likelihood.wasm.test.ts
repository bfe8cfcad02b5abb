import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { categorical, learnedGaussian } from '../../src/distributions/index.js';
import { loadModel, saveModel } from '../../src/model/index.js';
import { valueCodecs } from '../../src/model/named-values.js';
import { mlp } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { columnsLikelihood, decodeTable, describeTable, encodeTable } from '../../src/tables/index.js';
import { checkLikelihood } from '../../src/testing/index.js';
import { createDecoder, createGaussianEncoder, estimateLogLikelihood } from '../../src/vae/index.js';
import { expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';
import { meanAndError } from '../math/mean-and-error.js';

inScope();

/** Two numbers, of which one has gaps, two categories of three values (with the gap), and a boolean. */
const rows = Array.from({ length: 24 }, (_, i) => ({
  size: i % 4 === 0 ? null : 1 + i / 3,
  kind: i % 3 === 0 ? 'a' : i % 3 === 1 ? 'b' : 'c',
  price: i * i + 0.5,
  isOld: i % 5 === 0,
  place: i % 7 === 0 ? null : i % 2 === 0 ? 'north' : 'south',
}));
const description = describeTable(rows);
const encoded = () => {
  const { data, shape } = encodeTable(description, rows);
  return tf.tensor2d(data as Float32Array, [shape[0]!, shape[1]!]);
};
// size, price | whether size is missing, kind, isOld, place; kind and place have three values
const SIZES = [2, 3, 2, 3];
/** Where the logits of each category begin: those of the same size are neighbours. */
const FIRST = [4, 8, 6, 11];
const COLUMNS = 6;
const OUTPUTS = 18;
const likelihood = columnsLikelihood(description);
const parameters = (batch = rows.length) => createRandom(3).normal([batch, OUTPUTS]);

const logSumExp = (all: readonly number[]): number => Math.log(all.reduce((sum, l) => sum + Math.exp(l), 0));

/** log p of a row in float64. */
function logProb(x: readonly number[], own: readonly number[], minLogVariance = -6): number {
  let nats = 0;
  for (const j of [0, 1]) {
    if (j === 0 && x[2] === 1) continue;
    const v = minLogVariance + Math.log1p(Math.exp(own[2 + j]! - minLogVariance));
    nats -= (Math.log(2 * Math.PI) + v + (x[j]! - own[j]!) ** 2 / Math.exp(v)) / 2;
  }
  SIZES.forEach((size, c) => {
    const logits = own.slice(FIRST[c], FIRST[c]! + size);
    nats += logits[x[2 + c]!]! - logSumExp(logits);
  });
  return nats;
}

const inRows = (flat: readonly number[], width: number): number[][] =>
  Array.from({ length: flat.length / width }, (_, i) => flat.slice(i * width, (i + 1) * width));

test('has as many parameters as its columns need, in whole blocks', () => {
  expect(encoded().shape).toEqual([24, COLUMNS]);
  // 2 * 2 + 2 + 3 + 2 + 3 = 14, which three for each of six columns hold
  expect(likelihood.parameterSize).toBe(OUTPUTS / COLUMNS);
});

describe('logProb', () => {
  test('is that of a float64 implementation, with and without gaps', async () => {
    const [x, own] = [inRows(await read(encoded()), COLUMNS), inRows(await read(parameters()), OUTPUTS)];
    const expected = x.map((row, i) => logProb(row, own[i]!));
    await expectOracle(likelihood.logProb(encoded(), parameters()), expected, { relative: 1e-5, absolute: 1e-5 });
    const other = columnsLikelihood(description, { minLogVariance: 0 });
    const bounded = x.map((row, i) => logProb(row, own[i]!, 0));
    await expectOracle(other.logProb(encoded(), parameters()), bounded, { relative: 1e-5, absolute: 1e-5 });
  });

  test('is the sum of learnedGaussian and categorical for a row without gaps', async () => {
    const own = parameters(1);
    const part = (from: number, size: number) => tf.slice(own, [0, from], [-1, size]);
    const x = tf.tensor2d([[0.3, -1.2, 0, 2, 1, 0]]);
    const parts = [
      learnedGaussian({ minLogVariance: -6 }).logProb(tf.slice(x, [0, 0], [-1, 2]), part(0, 4)),
      ...SIZES.map((classes, c) =>
        categorical({ classes }).logProb(tf.slice(x, [0, 2 + c], [-1, 1]), part(FIRST[c]!, classes)),
      ),
    ];
    const sum = (await read(tf.concat(parts))).reduce((total, nats) => total + nats, 0);
    await expectOracle(likelihood.logProb(x, own), sum, { relative: 1e-5 });
  });

  test('gives all categories together the probability 1, whatever a missing number says', async () => {
    const own = parameters(1);
    const all: number[][] = [];
    for (let kind = 0; kind < 3; kind++)
      for (const isOld of [0, 1]) for (let place = 0; place < 3; place++) all.push([0, 0.4, 1, kind, isOld, place]);
    const count = all.length;
    const repeated = tf.tile(own, [count, 1]);
    const nats = await read(likelihood.logProb(tf.tensor2d(all), repeated));
    const total = nats.reduce((sum, one) => sum + Math.exp(one), 0);
    const numbers = await read(own);
    const v = -6 + Math.log1p(Math.exp(numbers[3]! + 6));
    const density = Math.exp(-((0.4 - numbers[1]!) ** 2) / Math.exp(v) / 2) / Math.sqrt(2 * Math.PI * Math.exp(v));
    const missing = Math.exp(numbers[5]! - logSumExp(numbers.slice(4, 6)));
    await expectOracle(total, density * missing, { relative: 1e-5 });
    const moved = tf.tensor2d(all.map(([, ...row]) => [3.7, ...row]));
    expect(await read(likelihood.logProb(moved, repeated))).toEqual(nats);
  });

  test('is NaN for an index beyond the categories, in its row only', async () => {
    const x = tf.tensor2d([[0, 0, 0, 3, 0, 0], [0, 0, 0, -1, 0, 0], [0, 0, 0, 2, 0, 0]]); // prettier-ignore
    const nats = await read(likelihood.logProb(x, parameters(3)));
    expect(nats.map(Number.isNaN)).toEqual([true, true, false]);
  });

  test('ignores the numbers that fill the last block', async () => {
    const own = parameters();
    const filled = tf.add(own, tf.concat([tf.zeros([24, 14]), tf.fill([24, 4], 5)], 1));
    expect(await read(likelihood.logProb(encoded(), filled))).toEqual(await read(likelihood.logProb(encoded(), own)));
  });
});

test('keeps the laws of a likelihood; only the categories of its mean are no means', async () => {
  const x = tf.slice(encoded(), [3, 0], [3, -1]);
  const options = { x, parameters: parameters(3), random: createRandom(8), step: 2 ** -8, relative: 5e-3 };
  await checkLikelihood(likelihood, { ...options, meanTolerance: 3 });
});

test.each([
  [
    'numbers',
    [
      { a: 1.5, b: 2 },
      { a: 2.5, b: 7 },
      { a: 3.25, b: 1 },
    ],
  ],
  [
    'categories',
    [
      { a: 'x', b: true },
      { a: 'y', b: false },
      { a: 'x', b: false },
    ],
  ],
] as const)('keeps the laws for a table of %s only', async (_, few) => {
  const own = describeTable(few);
  const { data, shape } = encodeTable(own, few);
  const x = tf.tensor2d(data as Float32Array, [shape[0]!, shape[1]!]);
  const some = columnsLikelihood(own);
  const normal = createRandom(1).normal([3, shape[1]! * some.parameterSize]);
  await checkLikelihood(some, { x, parameters: normal, random: createRandom(2), step: 2 ** -8, relative: 5e-3, meanTolerance: 1 }); // prettier-ignore
});

describe('mean and sample', () => {
  test('are rows that decodeTable accepts, of the most likely categories', async () => {
    const own = parameters();
    const [mean, sample] = [likelihood.mean(own), likelihood.sample(own, createRandom(4))];
    for (const encoding of [mean, sample]) {
      expect(encoding.shape).toEqual([24, COLUMNS]);
      const made = decodeTable(description, { data: await encoding.data(), shape: encoding.shape });
      const missing = inRows(await read(encoding), COLUMNS).map((row) => [row[2] === 1, row[2] === 1 && row[0] !== 0]);
      expect(made.map(({ size }) => size === null)).toEqual(missing.map(([isMissing]) => isMissing));
      expect(missing.some(([, isScored]) => isScored)).toBe(false);
    }
    const [means, numbers] = [inRows(await read(mean), COLUMNS), inRows(await read(own), OUTPUTS)];
    means.forEach((row, i) => {
      SIZES.forEach((size, c) => {
        const logits = numbers[i]!.slice(FIRST[c], FIRST[c]! + size);
        expect(row[2 + c]).toBe(logits.indexOf(Math.max(...logits)));
      });
      expect(row[1]).toBe(numbers[i]![1]);
    });
  });

  test('samples have the shares of the softmax, and the mean and variance of the Gaussian', async () => {
    // two categories of three values: 16,000 rows
    const count = 8000;
    const own = parameters(1);
    const numbers = await read(own);
    const draws = inRows(await read(likelihood.sample(tf.tile(own, [count, 1]), createRandom(5))), COLUMNS);
    SIZES.forEach((size, c) => {
      const logits = numbers.slice(FIRST[c], FIRST[c]! + size);
      for (let k = 0; k < size; k++) {
        const p = Math.exp(logits[k]! - logSumExp(logits));
        const share = draws.filter((row) => row[2 + c] === k).length / count;
        expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / count));
      }
    });
    const v = -6 + Math.log1p(Math.exp(numbers[3]! + 6));
    const own1 = meanAndError(draws.map((row) => row[1]!));
    expect(Math.abs(own1.mean - numbers[1]!)).toBeLessThan(4 * own1.error);
    const squares = meanAndError(draws.map((row) => (row[1]! - numbers[1]!) ** 2));
    expect(Math.abs(squares.mean - Math.exp(v))).toBeLessThan(4 * squares.error);
  });
});

test('a VAE estimates the held-out log-likelihood of each row', async () => {
  const random = createRandom(6);
  const encoder = createGaussianEncoder(mlp({ sizes: [COLUMNS, 4], random }), { latentSize: 2 });
  // a decoder that ignores z: the likelihood is exact
  const network = mlp({ sizes: [2, OUTPUTS], random });
  network.variables[0]!.assign(tf.zeros([2, OUTPUTS]));
  const numbers = await read(parameters(1));
  network.variables[1]!.assign(tf.tensor1d(numbers));
  const decoder = createDecoder(network, { likelihood });
  const { perExample } = await estimateLogLikelihood({ encoder, decoder }, encoded(), { samples: 400, random });
  const expected = inRows(await read(encoded()), COLUMNS);
  for (const [i, row] of expected.entries())
    expect(Math.abs(perExample[i]! - logProb(row, numbers))).toBeLessThan(0.35);
});

test('is written into a model file with the description, and a file with a broken one is rejected', async () => {
  const options = { likelihood: columnsLikelihood(description, { minLogVariance: -4 }) };
  const decoder = createDecoder(mlp({ sizes: [2, OUTPUTS], random: createRandom(1) }), options);
  const bytes = await saveModel(decoder);
  const loaded = await loadModel(bytes, { as: 'decoder' });
  const own = parameters();
  expect(await read(loaded.likelihood.logProb(encoded(), own))).toEqual(
    await read(options.likelihood.logProb(encoded(), own)),
  );
  expect(await saveModel(loaded)).toEqual(bytes);
  const codec = valueCodecs.get('likelihood')!;
  const readWith = (columns: unknown) => () =>
    codec.read({ name: 'columnsLikelihood', description: { ...description, columns }, minLogVariance: -4 } as never);
  for (const columns of [[], [1], [null], [{ name: 'a' }], [{ name: 'a', categories: 3 }, {}]])
    expect(readWith(columns), JSON.stringify(columns)).toThrow();
});

test('rejects other shapes with the sizes that it needs, and other descriptions', () => {
  expect(() => likelihood.logProb(tf.zeros([2, 5]), parameters(2))).toThrow(/`x` must have shape .*encodeTable/s);
  expect(() => likelihood.mean(tf.zeros([2, 17]))).toThrow(/18 outputs, columns \* parameterSize/);
  expect(() => likelihood.sample(parameters(2), 3 as never)).toThrow(/columnsLikelihood\.sample: `random`/);
  expect(() => columnsLikelihood({} as never)).toThrow(/columnsLikelihood: `description`/);
  expect(() => columnsLikelihood(description, { minLogVariance: NaN })).toThrow(/`minLogVariance`/);
});

test('logits that are not finite give NaN as the most likely category', async () => {
  const wrong = tf.tidy(() => tf.mul(parameters(2), tf.tensor2d([NaN, 1], [2, 1])));
  const mean = inRows(await read(likelihood.mean(wrong)), COLUMNS);
  expect(mean[0]!.slice(2).every(Number.isNaN)).toBe(true);
  expect(mean[1]!.some(Number.isNaN)).toBe(false);
});
