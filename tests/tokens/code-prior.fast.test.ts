import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  bernoulli,
  createAdam,
  createDecoder,
  createPriorSampler,
  createRandom,
  createVaeTrainer,
  mlp,
  ShapeError,
  type VaeEncoder,
} from '../../src/index.js';
import {
  codeUsage,
  createCodebook,
  createCodePrior,
  createMaskedModel,
  createQuantizedEncoder,
  createTokenModel,
  finiteScalarQuantizer,
  sampleCodes,
  transformer,
  uniformCodes,
  type TokenModel,
} from '../../src/tokens/index.js';
import { expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';
import { withoutLeak } from '../training/sample.js';
import { fixed } from '../vae/parts.js';

inScope();

const random = () => createRandom(3);
const quantizer = finiteScalarQuantizer({ levels: [2, 2] });
const SHARES = [0.5, 0.25, 0.125, 0.125];
const size = { tokens: 4, length: 3 };
/** A model for which the codes of all places are independent, with these shares. */
const knowing = (): TokenModel =>
  createTokenModel(
    fixed((x) => tf.tile(tf.reshape(tf.log(SHARES), [1, 1, 4]), [x.shape[0], x.shape[1]!, 1])),
    size,
  );

test('a prior that knows how often codes occur beats uniform codes by the difference of the cross-entropies', async () => {
  const prior = createCodePrior(knowing(), { quantizer, shape: [3, 2] });
  const rows = [0, 0, 1, 0, 2, 1, 3, 0, 0];
  const indices = tf.tensor2d(rows, [3, 3], 'int32');
  const z = quantizer.lookUp(indices);
  const expected = [0, 1, 2].map((row) =>
    rows.slice(3 * row, 3 * row + 3).reduce((sum, k) => sum + Math.log(SHARES[k]!), 0),
  );
  await expectOracle(prior.logProb(z), expected);
  await expectOracle(prior.logProb(tf.reshape(z, [3, 6])), expected);
  const gain = expected.reduce((sum, nats) => sum + nats + 3 * Math.log(4), 0) / 3;
  const both = [prior, uniformCodes(quantizer)].map((one) => tf.mean(one.logProb(z)));
  await expectOracle(tf.sub(both[0]!, both[1]!), gain);
});

test('draws have the shares of the model, at once, and with pauses', async () => {
  const prior = createCodePrior(knowing(), { quantizer, shape: [3, 2] });
  const atOnce = prior.sample([800, 6], random());
  const paused = await sampleCodes(prior, 800, { random: random() });
  expect(await read(paused)).toEqual(await read(atOnce));
  expect(paused.shape).toEqual([800, 6]);
  const { counts } = await codeUsage(quantizer.indicesOf(tf.reshape(paused, [2400, 2])), { codes: 4 });
  const chiSquare = counts.reduce((sum, n, k) => sum + (n - 2400 * SHARES[k]!) ** 2 / (2400 * SHARES[k]!), 0);
  // 99.9% of a chi-square of 3 degrees
  expect(chiSquare).toBeLessThan(16.3);
});

test('known codes and a temperature reach the model', async () => {
  const prior = createCodePrior(knowing(), { quantizer, shape: [3, 2] });
  const known = tf.tensor2d([3, -1, -1, 2, 1, -1], [2, 3], 'int32');
  const z = await sampleCodes(prior, 2, { random: random(), known, temperature: 0 });
  expect(await read(quantizer.indicesOf(tf.reshape(z, [6, 2])))).toEqual([3, 0, 0, 2, 1, 0]);
});

test('a condition that its model does not read is ignored', () => {
  const network = transformer({ ...size, width: 4, heads: 1, layers: 1, random: random() });
  const prior = createCodePrior(createTokenModel(network, size), { quantizer, shape: [3, 2] });
  const condition = tf.zeros([2], 'int32');
  expect(prior.sample([2, 6], random(), { condition }).shape).toEqual([2, 6]);
});

test('a sampler of pictures draws from it', () => {
  const prior = createCodePrior(knowing(), { quantizer, shape: [3, 2] });
  const decoder = createDecoder(mlp({ sizes: [6, 5], random: random() }), { likelihood: bernoulli });
  expect(createPriorSampler(decoder, { latentSize: 6, prior }).draw(2, random()).shape).toEqual([2, 5]);
});

test('a masked model estimates its bound from the stream that it is given', async () => {
  const network = transformer({ ...size, causal: false, width: 4, heads: 1, layers: 1, random: random() });
  const prior = createCodePrior(createMaskedModel(network, size), { quantizer, shape: [3, 2] });
  const z = quantizer.lookUp(tf.zeros([2, 3], 'int32'));
  await expectOracle(prior.logProb(z, { random: random() }), [-3 * Math.log(4), -3 * Math.log(4)]);
  expect(() => prior.logProb(z)).toThrow(/options.random/);
});

test('NaN has no probability, and gives no gradient that a trainer would apply', async () => {
  const network = transformer({ ...size, width: 4, heads: 1, layers: 1, random: random() });
  const prior = createCodePrior(createTokenModel(network, size), { quantizer, shape: [3, 2] });
  const z = tf.tensor2d([NaN, 1, 1, 1, 1, 1], [1, 6]);
  expect(await read(prior.logProb(z))).toEqual([NaN]);
  const { grads } = tf.variableGrads(() => tf.mean<tf.Scalar>(prior.logProb(z)), [network.variables.at(-1)!]);
  expect((await read(Object.values(grads)[0]!)).some(Number.isNaN)).toBe(true);
});

test('owns the model, not the quantizer', () => {
  const book = createCodebook({ codes: 4, size: 2, random: random() });
  const network = transformer({ ...size, width: 4, heads: 1, layers: 1, random: random() });
  const prior = createCodePrior(createTokenModel(network, size), { quantizer: book, shape: [3, 2] });
  expect(prior.variables).toEqual(network.variables);
  expect(prior.buffers).toEqual(book.buffers);
  prior.dispose();
  expect(network.variables.every(({ isDisposed }) => isDisposed)).toBe(true);
  expect(book.buffers!.some(({ isDisposed }) => isDisposed)).toBe(false);
  expect(() => prior.sample([1, 6], random())).toThrow(/must not be disposed/);
});

describe('what does not fit is refused', () => {
  test.each([
    [{ model: knowing, levels: [2, 3], shape: [3, 2] }, /model.tokens` must be 6/],
    [{ model: knowing, levels: [2, 2], shape: [2, 2, 2] }, /model.length` must be 4, the places/],
    [{ model: knowing, levels: [2, 2], shape: [3, 3] }, /shape` must have shape \[3, 2\]/],
    [
      {
        model: () =>
          createTokenModel(
            fixed((x) => x),
            { ...size, end: 0 },
          ),
        levels: [2, 2],
        shape: [3, 2],
      },
      /model.end/,
    ],
    [{ model: () => ({}) as never, levels: [2, 2], shape: [3, 2] }, /must be a record with logProb, sample/],
  ])('%#', ({ model, levels, shape }, says) => {
    expect(() => createCodePrior(model(), { quantizer: finiteScalarQuantizer({ levels }), shape })).toThrow(says);
  });

  test('latents of another size, and a model that cannot draw at once', async () => {
    const prior = createCodePrior(knowing(), { quantizer, shape: [3, 2] });
    expect(() => prior.logProb(tf.zeros([2, 4]))).toThrow(ShapeError);
    expect(() => prior.sample([2, 4], random())).toThrow(/must have shape \[\?, 6\]/);
    const model = knowing();
    const own: TokenModel = { ...model, sample: (n, options) => model.sample(n, options) };
    const ofOwn = createCodePrior(own, { quantizer, shape: [3, 2] });
    expect(() => ofOwn.sample([2, 6], random())).toThrow(/await sampleCodes/);
    expect((await sampleCodes(ofOwn, 2, { random: random() })).shape).toEqual([2, 6]);
  });
});

test('a copy with another model or quantizer, which its density does not use, is refused', async () => {
  const prior = createCodePrior(knowing(), { quantizer, shape: [3, 2] });
  const other = {
    ...prior,
    model: createTokenModel(transformer({ ...size, width: 8, layers: 1, random: random() }), size),
  };
  await expect(sampleCodes(other, 2, { random: random() })).rejects.toThrow(
    'sampleCodes: `prior.sample` must match `model`; got another. Use createCodePrior.',
  );
  const encoder = createQuantizedEncoder(mlp({ sizes: [4, 2], random: random() }), { quantizer });
  const decoder = createDecoder(mlp({ sizes: [2, 4], random: random() }), { likelihood: bernoulli });
  const train = (given: VaeEncoder) =>
    createVaeTrainer({ encoder: given, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random: random() });
  expect(() => train({ ...encoder, quantizer: finiteScalarQuantizer({ levels: [2, 3] }) } as never)).toThrow(
    'createVaeTrainer: `encoder.draw` must match `quantizer`; got another. Replace it, too.',
  );
  train({ ...encoder, observers: [] }).dispose();
});

test('no tensor is left behind', async () => {
  const prior = createCodePrior(knowing(), { quantizer, shape: [3, 2] });
  const z = quantizer.lookUp(tf.zeros([2, 3], 'int32'));
  await withoutLeak(async () => {
    const drawn = await sampleCodes(prior, 2, { random: random() });
    tf.dispose([prior.logProb(z), prior.sample([2, 6], random()), drawn]);
  });
});
