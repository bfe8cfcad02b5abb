import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  attention,
  conv1d,
  createRandom,
  dense,
  embedding,
  flatten,
  freeze,
  groupNorm,
  residual,
  sequential,
  withCondition,
  reshape,
  type Network,
} from '../../src/index.js';
import { createMaskedModel, createTokenModel } from '../../src/tokens/index.js';
import { read } from '../support/close.js';
import { randomTransformer } from './small.js';
import { inScope } from '../support/in-scope.js';

inScope();

const size = { tokens: 3, length: 4 };
const random = createRandom(1);
const vectors = (): Network => embedding({ classes: 4, size: 8, random: random.fork('vectors') });
const head = (inputs = 8): Network => dense({ inputs, units: 3, random: random.fork('head') });
const attend = (causal: boolean): Network => attention({ inputs: 8, causal, random: random.fork('attention') });
const convolve = (kernelSize: number): Network =>
  conv1d({ inputs: 8, filters: 8, kernelSize, random: random.fork('convolution') });
const labels = (causal: boolean): Network =>
  sequential([embedding({ classes: 2, size: 8, random: random.fork('labels') }), residual(attend(causal))]);
const own: Network = { apply: (x) => tf.mul(2, x), variables: [], dispose: () => undefined };
/** Joins the vectors of all places, and computes all rows from them. */
const joined = (): Network =>
  sequential([
    vectors(),
    flatten(),
    dense({ inputs: 32, units: 12, random: random.fork('joined') }),
    reshape({ shape: [4, 3] }),
  ]);

const later: [string, () => Network][] = [
  ['a transformer', () => randomTransformer({ ...size, causal: false })],
  ['a frozen one', () => freeze(randomTransformer({ ...size, causal: false }))],
  ['one with classes, in a chain of a chain', () => sequential([sequential([randomTransformer({ ...size, causal: false, classes: 2 })])])],
  ['one below a layer of yours', () => sequential([randomTransformer({ ...size, causal: false }), own])],
  ['attention', () => sequential([vectors(), residual(attend(false)), head()])],
  ['attention with a condition', () => sequential([vectors(), withCondition(sequential([head(10), conv1d({ inputs: 3, filters: 3, kernelSize: 3, random })]), embedding({ classes: 2, size: 2, random }))])],
  ['a convolution', () => sequential([vectors(), convolve(3), head()])],
  ['a norm of all places', () => sequential([vectors(), groupNorm({ inputs: 8 }), head()])],
  ['a dense layer of all places', joined],
]; // prettier-ignore

const causal: [string, () => Network][] = [
  ['a transformer', () => randomTransformer(size)],
  ['a frozen one in a chain', () => sequential([freeze(randomTransformer(size))])],
  ['attention', () => sequential([vectors(), residual(attend(true)), convolve(1), head()])],
];

/** Whether the first three rows of the logits change with the last input, by the numbers. */
async function readsLast(network: Network): Promise<boolean> {
  const condition = tf.tensor1d([1, 1], 'int32');
  const input = tf.tensor2d([3, 0, 1, 2, 3, 0, 1, 0], [2, 4], 'int32');
  const rows = await read(tf.slice(network.apply(input, { condition }), [0, 0, 0], [2, 3, 3]));
  return rows.slice(0, 9).some((number, i) => Math.abs(number - rows[9 + i]!) > 1e-4);
}

describe('a network that reads later tokens', () => {
  test.each(later)('is no network of an autoregressive model: %s', async (_, make) => {
    const network = make();
    expect(await readsLast(network)).toBe(true);
    expect(() => createTokenModel(network, size)).toThrow(
      'createTokenModel: `network` must be causal; got one that also reads later tokens. Make it with `causal: true`, or use createMaskedModel.',
    );
    createMaskedModel(network, size);
  });
});

describe('a causal network', () => {
  test.each(causal)('is no network of a masked model: %s', async (_, make) => {
    const network = make();
    expect(await readsLast(network)).toBe(false);
    expect(() => createMaskedModel(network, size)).toThrow(
      'createMaskedModel: `network` must read all tokens; got a causal one. Make it with `causal: false`, or use createTokenModel.',
    );
    createTokenModel(network, size);
  });
});

test.each<[string, () => Network]>([
  ['each place by itself', () => sequential([vectors(), head()])],
  ['a shift and a convolution', () => sequential([vectors(), own, convolve(3), head()])],
  ['attention within its labels', () => withLabels(false)],
  ['vectors that are reshaped for each place', () => sequential([flatten(), vectors(), reshape({ shape: [4, 8] }), head()])],
  ['one of yours', () => ({ ...randomTransformer(size) })],
])('a network whose reach is fine or unknown is accepted by both models: %s', (_, make) => {
  createTokenModel(make(), size);
  createMaskedModel(make(), size);
}); // prettier-ignore

test('with one place there is nothing later', () => {
  const one = { ...size, length: 1 };
  createTokenModel(randomTransformer({ ...one, causal: false }), one);
  createMaskedModel(randomTransformer(one), one);
});

function withLabels(causal: boolean): Network {
  return sequential([vectors(), withCondition(head(16), labels(causal))]);
}
