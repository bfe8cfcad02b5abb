import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { createMaskedModel, createTokenModel } from '../../src/tokens/index.js';
import { meanAndError } from '../math/mean-and-error.js';
import { expectClose, read } from '../support/close.js';
import { boundOf, conditionalsOf } from './any-order.js';
import { allSequences, asTensor, randomTransformer, sequencesWithEnd } from './small.js';
import { inScope } from '../support/in-scope.js';

inScope();

const size = { tokens: 4, length: 3 };
const isExact = /cpu|wasm/.test(tf.getBackend());

test('an autoregressive model is normalised: the probabilities of all 64 sequences sum to 1', async () => {
  const model = createTokenModel(randomTransformer(size), size);
  const nats = await read(model.logProb(asTensor(allSequences(4, 3))));
  expect(Math.abs(nats.reduce((sum, one) => sum + Math.exp(one), 0) - 1)).toBeLessThan(1e-5);
});

test('with an end, the probabilities of all sequences that stop or fill their places sum to 1', async () => {
  const model = createTokenModel(randomTransformer(size, 2), { ...size, end: 2 });
  const nats = await read(model.logProb(asTensor(sequencesWithEnd(4, 3, 2))));
  expect(Math.abs(nats.reduce((sum, one) => sum + Math.exp(one), 0) - 1)).toBeLessThan(1e-5);
});

test.each([true, false])(
  'logits of a transformer depend on later tokens only if it is not causal: causal %s',
  async (causal) => {
    const network = randomTransformer({ tokens: 4, length: 5, causal, layers: 2 });
    const [one, other] = [
      [0, 1, 2, 3, 0],
      [0, 1, 2, 1, 3],
    ].map((row) => network.apply(asTensor([row])));
    const [a, b] = [
      await read(tf.slice(one!, [0, 0, 0], [1, 3, 4])),
      await read(tf.slice(other!, [0, 0, 0], [1, 3, 4])),
    ];
    const away = Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
    if (causal) expect(away).toBeLessThanOrEqual(isExact ? 0 : 1e-6);
    else expect(away).toBeGreaterThan(1e-3);
  },
);

test('tokens that are applied one after the other give the logits of the whole sequence', async () => {
  const network = randomTransformer({ tokens: 4, length: 5, layers: 2, classes: 2 });
  const condition = tf.tensor1d([1, -1], 'int32');
  const x = asTensor([
    [4, 1, 2, 3, 0],
    [4, 3, 3, 0, 1],
  ]);
  const whole = network.apply(x, { condition });
  const first = network.applyNext!(tf.slice(x, [0, 0], [2, 2]), [], { condition });
  const second = network.applyNext!(tf.slice(x, [0, 2], [2, 1]), first.past, { condition });
  const third = network.applyNext!(tf.slice(x, [0, 3], [2, 2]), second.past, { condition });
  await expectClose(tf.concat([first.logits, second.logits, third.logits], 1), await read(whole), { absolute: 1e-5 });
});

test('both models keep known tokens, fill in the others and stop at an end', async () => {
  const known = asTensor([
    [2, -1, -1],
    [1, 3, -1],
  ]);
  for (const causal of [true, false]) {
    const make = causal ? createTokenModel : createMaskedModel;
    const model = make(randomTransformer({ ...size, causal }), { ...size, end: 3 });
    const drawn = await read(await model.sample(2, { random: createRandom(2), known, topP: 0.9 }));
    expect(drawn.slice(0, 1)).toEqual([2]);
    expect(drawn.slice(3)).toEqual([1, 3, -1]);
    expect(drawn[1]).toBeGreaterThanOrEqual(0);
    expect(drawn[2]! < 0).toBe(drawn[1] === 3);
  }
});

test('a masked model has the bound of its conditionals, on average', async () => {
  const network = randomTransformer({ tokens: 2, length: 2, causal: false });
  const model = createMaskedModel(network, { tokens: 2, length: 2, end: 1 });
  const conditionals = await conditionalsOf(network, { tokens: 2, length: 2, end: 1 });
  const n = 4000;
  const estimates = await read(model.logProb(tf.tile(asTensor([[0, 1]]), [n, 1]), { random: createRandom(3) }));
  const { mean, error } = meanAndError(estimates);
  expect(Math.abs(mean - boundOf([0, 1], 2, conditionals))).toBeLessThan(4 * error);
});
