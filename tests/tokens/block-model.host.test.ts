import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { createMaskedModel, transformer, type TokenNetwork } from '../../src/tokens/index.js';
import { meanAndError } from '../math/mean-and-error.js';
import { read } from '../support/close.js';
import { boundOf, conditionalsOf, logProbOfAnyOrder, type Conditionals } from './any-order.js';
import { allSequences, asTensor, chiSquare, countsOf, randomTransformer, sequencesWithEnd } from './small.js';

/** Draws of a bound in one pass. */
const COPIES = 15;

/** A network of blocks that follow a clean prefix: the plain one, on sequences cut after the block. With a single layer, no clean place sees masks. */
function after(network: TokenNetwork, prefix: readonly number[]): TokenNetwork {
  return {
    ...network,
    apply: (x) => {
      if (prefix.length === 0) return network.apply(x);
      const before = tf.tile(tf.tensor2d([...prefix], [1, prefix.length], 'int32'), [x.shape[0], 1]);
      return tf.slice(network.apply(tf.concat([before, x], 1)), [0, prefix.length, 0], [-1, -1, -1]);
    },
  };
}

describe.each([
  { name: 'one length', size: { tokens: 3, length: 4 } },
  { name: 'sequences that end', size: { tokens: 3, length: 4, end: 1 } },
])('blocks of two places: $name', ({ size }) => {
  const { tokens, length } = size;
  const end = 'end' in size ? size.end : undefined;
  const block = 2;
  const network = randomTransformer({ tokens, length, causal: false }, 3);
  const model = createMaskedModel(network, { ...size, block });
  const given = end === undefined ? allSequences(tokens, length) : sequencesWithEnd(tokens, length, end);
  const full = given.map((x) => x.map((token) => (token < 0 ? end! : token)));
  const parts = (x: readonly number[]) => [x.slice(0, block), x.slice(block)] as const;

  /** Sums a function of the blocks and their conditionals. */
  async function overBlocks(
    value: (x: readonly number[], conditionals: Conditionals) => number,
  ): Promise<(x: readonly number[]) => number> {
    const sizes = { tokens, length: block, ...(end === undefined ? {} : { end }) };
    const first = await conditionalsOf(after(network, []), sizes);
    const second = new Map<string, Conditionals>();
    for (const prefix of allSequences(tokens, block)) {
      second.set(prefix.join(), await conditionalsOf(after(network, prefix), sizes));
    }
    return (x) => {
      const [one, two] = parts(x);
      // nothing follows an end
      const rest = end !== undefined && one.includes(end) ? 0 : value(two, second.get(one.join())!);
      return value(one, first) + rest;
    };
  }
  const exactOf = () => overBlocks((x, conditionals) => logProbOfAnyOrder(x, tokens, conditionals));

  test('the bound is estimated without bias, and is below log p, which sums to one', async () => {
    const bounds = await overBlocks((x, conditionals) => boundOf(x, tokens, conditionals));
    const exact = await exactOf();
    const random = createRandom(5);
    const draws: number[][] = [];
    // several draws in a pass, whose numbers of masks are stratified
    const copies = Array.from({ length: COPIES }, () => given).flat();
    for (let i = 0; i < 10; i++) {
      const values = await read(tf.tidy(() => model.logProb(asTensor(copies), { random })));
      for (let k = 0; k < COPIES; k++) draws.push(values.slice(k * given.length, (k + 1) * given.length));
    }
    let sum = 0;
    for (const [i, sequence] of full.entries()) {
      const { mean, error } = meanAndError(draws.map((draw) => draw[i]!));
      expect(Math.abs(mean - bounds(sequence)), sequence.join()).toBeLessThan(4.5 * error + 1e-5);
      expect(bounds(sequence)).toBeLessThan(exact(sequence) + 1e-9);
      sum += Math.exp(exact(sequence));
    }
    expect(Math.abs(sum - 1)).toBeLessThan(1e-5);
  });

  test('samples have the distribution of the blocks', async () => {
    const exact = await exactOf();
    const drawn = await model.sample(6000, { random: createRandom(6) });
    expect(chiSquare(await countsOf(drawn, given), full.map((x) => Math.exp(exact(x))))).toBeLessThan(4); // prettier-ignore
  });

  test('samples keep known tokens of any block, and report each call', async () => {
    const known = tf.tensor2d([[-1, -1, 2, -1], [-1, 0, -1, -1], [-1, -1, -1, -1]], [3, 4], 'int32'); // prettier-ignore
    const steps: number[] = [];
    const drawn = await model.sample(3, {
      random: createRandom(8),
      known,
      onStep: ({ step, steps: all, indices }) => {
        expect([all, indices.shape]).toEqual([4, [3, 4]]);
        steps.push(step);
      },
    });
    const rows = (await drawn.array()) as number[][];
    expect([rows[0]![2], rows[1]![1]]).toEqual([2, 0]);
    expect(steps).toEqual([1, 2, 3, 4]);
  });
});

/** Copies the weights of a network. */
function copyWeights(from: TokenNetwork, to: TokenNetwork): void {
  from.variables.forEach((variable, i) => to.variables[i]!.assign(variable));
}

describe('the ends of the range', () => {
  const size = { tokens: 4, length: 6 };
  const indices = (): Tensor => asTensor([[0, 1, 2, 3, 0, 1], [3, 3, 0, 2, 1, 1], [2, 0, 1, -1, -1, -1]]); // prettier-ignore

  test.each([undefined, 3])('a block of the whole length is the masked model, with end %s', async (end) => {
    const network = randomTransformer({ ...size, causal: false, layers: 2 }, 4);
    const [whole, masked] = [{ block: 6 }, {}].map((more) => createMaskedModel(network, { ...size, end, ...more }));
    const values = (model: typeof whole) => read(model!.logProb(indices(), { random: createRandom(2) }));
    expect(await values(whole)).toEqual(await values(masked));
    // and so is the pass over noised and clean sequences
    const x = asTensor([[4, 1, 2, 4, 0, 4]]);
    const [one, two] = await Promise.all([network.applyBlocks!(x, tf.zerosLike(x), 6), network.apply(x)].map((y) => read(y))); // prettier-ignore
    one!.forEach((value, i) => expect(value).toBeCloseTo(two![i]!, 5));
  });

  test('a block of one place is exact: the chain rule of a causal transformer with the same weights, which reads a mask last', async () => {
    const network = randomTransformer({ ...size, causal: false, layers: 2 }, 5);
    const causal = transformer({ ...size, width: 8, heads: 2, layers: 2, random: createRandom(1) });
    copyWeights(network, causal);
    const model = createMaskedModel(network, { ...size, block: 1 });
    const sequences = [[0, 1, 2, 3, 0, 1], [3, 3, 0, 2, 1, 1]]; // prettier-ignore
    const values = await read(model.logProb(asTensor(sequences), { random: createRandom(2) }));
    for (const [row, x] of sequences.entries()) {
      let sum = 0;
      for (const [i, token] of x.entries()) {
        const logits = causal.apply(asTensor([[...x.slice(0, i), 4]]));
        sum += (await read(tf.logSoftmax(tf.slice(logits, [0, i, 0], [1, 1, 4]))))[token]!;
      }
      expect(Math.abs(values[row]! - sum)).toBeLessThan(1e-5);
    }
  });

  test('one pass over noised and clean sequences equals the blocks one after another', async () => {
    const network = randomTransformer({ ...size, causal: false, layers: 3 }, 6);
    const [noised, clean] = [asTensor([[4, 1, 4, 4, 0, 4]]), asTensor([[0, 1, 2, 3, 0, 1]])];
    const whole = await read(network.applyBlocks!(noised, clean, 2));
    let past: readonly Tensor[] = [];
    for (const b of [0, 1, 2]) {
      const part = (x: Tensor): Tensor => tf.slice(x, [0, 2 * b], [1, 2]);
      const own = await read(network.applyBlock!(part(noised), past).logits);
      own.forEach((value, i) => expect(Math.abs(value - whole[8 * b + i]!)).toBeLessThan(1e-5));
      ({ past } = network.applyBlock!(part(clean), past));
    }
  });
});

test('guidance mixes logits of states with and without the condition: the likeliest tokens are those of whole passes', async () => {
  const size = { tokens: 4, length: 6 };
  const network = randomTransformer({ ...size, causal: false, layers: 2, classes: 2 }, 11);
  const model = createMaskedModel(network, { ...size, block: 1 });
  const [condition, none] = [tf.tensor1d([1], 'int32'), tf.tensor1d([-1], 'int32')];
  const drawn = await model.sample(1, { random: createRandom(1), temperature: 0, guidance: 3, condition });
  const x = new Array<number>(6).fill(4);
  for (let i = 0; i < 6; i++) {
    const [c, u] = await Promise.all(
      [condition, none].map((one) =>
        read(network.applyBlocks!(tf.fill([1, 6], 4, 'int32'), asTensor([x]), 1, { condition: one })),
      ),
    );
    const mixed = Array.from({ length: 4 }, (_, k) => u![4 * i + k]! + 3 * (c![4 * i + k]! - u![4 * i + k]!));
    x[i] = mixed.indexOf(Math.max(...mixed));
  }
  expect(await read(drawn)).toEqual(x);
});

test('cross-entropy weighs masked tokens equally in training only, and is the bound of an untrained model', async () => {
  const size = { tokens: 4, length: 6, block: 3 };
  const plain = transformer({ tokens: 4, length: 6, causal: false, width: 8, layers: 1, random: createRandom(1) });
  const indices = asTensor(Array.from({ length: 300 }, (_, i) => [0, 1, 2, 3, i % 4, 1]));
  const of = (network: TokenNetwork, objective: 'bound' | 'crossEntropy', training: boolean) =>
    read(createMaskedModel(network, { ...size, objective }).logProb(indices, { random: createRandom(2), training }));
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  // an untrained transformer finds all tokens equally likely
  expect(mean(await of(plain, 'crossEntropy', true))).toBeCloseTo(-6 * Math.log(4), 1);
  const network = randomTransformer({ tokens: 4, length: 6, causal: false }, 9);
  expect(await of(network, 'crossEntropy', false)).toEqual(await of(network, 'bound', false));
  expect(await of(network, 'crossEntropy', true)).not.toEqual(await of(network, 'bound', true));
});

test.each([
  ['a block that does not divide the length', { block: 4 }, {}, /createMaskedModel: `block` must divide the length, 6; got 4/],
  ['no places', { block: 0 }, {}, /`block` must be a positive integer/],
  ['a network without blocks', { block: 3 }, { applyBlocks: undefined }, /`network` must have `applyBlocks` and `applyBlock`/],
  ['an objective that is none', { objective: 'elbo' }, {}, /`objective` must be 'bound' or 'crossEntropy'/],
])('refuses %s', (_, options, members, message) => {
  const size = { tokens: 4, length: 6 };
  const network = { ...randomTransformer({ ...size, causal: false }), ...members };
  expect(() => createMaskedModel(network as TokenNetwork, { ...size, ...(options as object) })).toThrow(message);
}); // prettier-ignore
