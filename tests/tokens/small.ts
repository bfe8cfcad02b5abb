import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { createRandom } from '../../src/index.js';
import type { TokenNetwork } from '../../src/tokens/index.js';
import { transformer, type TransformerOptions } from '../../src/tokens/index.js';

/** A small transformer whose logits also have random weights: at its start they are zero, and all tokens would be equally likely. */
export function randomTransformer(options: Omit<TransformerOptions, 'random'>, seed = 1): TokenNetwork {
  const random = createRandom(seed);
  const network = transformer({ width: 8, heads: 2, layers: 1, ...options, random });
  const [weights, biases] = network.variables.slice(-2);
  tf.tidy(() => {
    weights!.assign(tf.mul(0.8, random.fork('weights').normal(weights!.shape)));
    biases!.assign(tf.mul(0.5, random.fork('biases').normal(biases!.shape)));
  });
  return network;
}

/** All sequences of `length` tokens, in the order of their digits. */
export function allSequences(tokens: number, length: number): number[][] {
  if (length === 0) return [[]];
  return allSequences(tokens, length - 1).flatMap((first) =>
    Array.from({ length: tokens }, (_, last) => [...first, last]),
  );
}

/** All sequences that stop with `end`, or fill their places; -1 after the end. */
export function sequencesWithEnd(tokens: number, length: number, end: number): number[][] {
  const texts = allSequences(tokens, length).map((all) => {
    const stop = all.indexOf(end);
    return all.map((token, i) => (stop >= 0 && i > stop ? -1 : token)).join();
  });
  return [...new Set(texts)].map((text) => text.split(',').map(Number));
}

/** Sequences as int32 `[n, length]`. */
export function asTensor(sequences: readonly (readonly number[])[]): Tensor {
  return tf.tensor2d(sequences.flat(), [sequences.length, sequences[0]!.length], 'int32');
}

/** How often each sequence occurs among the rows. */
export async function countsOf(drawn: Tensor, sequences: readonly (readonly number[])[]): Promise<number[]> {
  const length = drawn.shape[1]!;
  const tokens = await drawn.data();
  const counts = new Map(sequences.map((one) => [one.join(), 0]));
  for (let row = 0; row < drawn.shape[0]; row++) {
    const key = tokens.slice(row * length, (row + 1) * length).join();
    counts.set(key, (counts.get(key) ?? NaN) + 1);
  }
  return [...counts.values()];
}

/**
 * The chi-square statistic of counts, in standard deviations above its mean, for cells with at least 5 expected; the others are one cell.
 * Above 4 it is rejected.
 */
export function chiSquare(counts: readonly number[], probabilities: readonly number[]): number {
  const n = counts.reduce((sum, count) => sum + count);
  const cells: [count: number, expected: number][] = [];
  const rare: [number, number] = [0, 0];
  counts.forEach((count, i) => {
    const expected = n * probabilities[i]!;
    if (expected >= 5) cells.push([count, expected]);
    else {
      rare[0] += count;
      rare[1] += expected;
    }
  });
  if (rare[1] >= 5) cells.push(rare);
  const statistic = cells.reduce((sum, [count, expected]) => sum + (count - expected) ** 2 / expected, 0);
  return (statistic - (cells.length - 1)) / Math.sqrt(2 * (cells.length - 1));
}
