import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { createMaskedModel } from '../../src/tokens/index.js';
import { meanAndError } from '../math/mean-and-error.js';
import { read } from '../support/close.js';
import { boundOf, conditionalsOf, logProbOfAnyOrder } from './any-order.js';
import { allSequences, asTensor, chiSquare, countsOf, randomTransformer, sequencesWithEnd } from './small.js';

const cases = [
  { name: 'sequences of one length', size: { tokens: 3, length: 3 } },
  { name: 'sequences that end', size: { tokens: 3, length: 3, end: 1 } },
] as const;

describe.each(cases)('a masked model of $name', ({ size }) => {
  const { tokens, length } = size;
  const end = 'end' in size ? size.end : undefined;
  const network = randomTransformer({ tokens, length, causal: false }, 3);
  const model = createMaskedModel(network, size);
  const given = end === undefined ? allSequences(tokens, length) : sequencesWithEnd(tokens, length, end);
  /** Places after the end hold `end`, too. */
  const full = given.map((x) => x.map((token) => (token < 0 ? end! : token)));

  test('estimates the bound without bias, and the bound is below log p', async () => {
    const conditionals = await conditionalsOf(network, size);
    const random = createRandom(5);
    const x = asTensor(given);
    const draws: number[][] = [];
    for (let i = 0; i < 400; i++) draws.push(await read(tf.tidy(() => model.logProb(x, { random }))));
    let sum = 0;
    for (const [i, sequence] of full.entries()) {
      const { mean, error } = meanAndError(draws.map((draw) => draw[i]!));
      const bound = boundOf(sequence, tokens, conditionals);
      expect(Math.abs(mean - bound)).toBeLessThan(4.5 * error + 1e-5);
      const exact = logProbOfAnyOrder(sequence, tokens, conditionals);
      expect(bound).toBeLessThan(exact + 1e-9);
      sum += Math.exp(exact);
    }
    // so that no bound of a whole language can be below its entropy
    expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
  });

  test('samples its own distribution if it reveals one place at a time', async () => {
    const conditionals = await conditionalsOf(network, size);
    const drawn = await model.sample(20000, { random: createRandom(6) });
    const exact = full.map((x) => Math.exp(logProbOfAnyOrder(x, tokens, conditionals)));
    expect(chiSquare(await countsOf(drawn, given), exact)).toBeLessThan(4);
  });

  test('samples independent tokens if it reveals all places in one call', async () => {
    if (end !== undefined) return;
    const conditionals = (await conditionalsOf(network, size))(new Array<number>(length).fill(tokens));
    const drawn = await model.sample(20000, { random: createRandom(7), steps: 1 });
    const product = full.map((x) => Math.exp(x.reduce((sum, token, i) => sum + conditionals[i]![token]!, 0)));
    expect(chiSquare(await countsOf(drawn, given), product)).toBeLessThan(4);
  });
});
