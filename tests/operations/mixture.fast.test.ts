import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { mixtureLogProb } from '../../src/operations/mixture-log-prob.js';
import { createRandom } from '../../src/random/index.js';
import { expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const logProb = (...[z, means, logVariances, logits]: Tensor[]): Tensor =>
  mixtureLogProb(z!, means!, logVariances!, logits!);

function inputsOf(rows: number, size: number, components: number): [Tensor, Tensor, Tensor, Tensor] {
  const random = createRandom(4);
  const [means, logits] = [random.normal([components, size]), random.normal([components])];
  return [random.normal([rows, size]), means, random.uniform([components, size], -4, 2), logits];
}

const logSumExp = (x: readonly number[]): number => {
  const largest = Math.max(...x);
  return largest + Math.log(x.reduce((sum, one) => sum + Math.exp(one - largest), 0));
};

test.each([
  [3, 2, 4],
  [1, 1, 1],
  [130, 20, 7],
  [9, 40, 513],
])('the log-density of %d points of %d numbers and %d components is that of float64', async (...sizes) => {
  const [rows, size, components] = sizes;
  const inputs = inputsOf(...sizes);
  const [z, m, l, w] = (await Promise.all(inputs.map(read))) as [number[], number[], number[], number[]];
  const expected = Array.from({ length: rows }, (_, n) => {
    const logs = Array.from({ length: components }, (_, k) => {
      let log = w[k]! - logSumExp(w);
      for (let j = 0; j < size; j++) {
        const at = k * size + j;
        log -= 0.5 * (l[at]! + Math.log(2 * Math.PI) + (z[n * size + j]! - m[at]!) ** 2 * Math.exp(-l[at]!));
      }
      return log;
    });
    return logSumExp(logs);
  });
  await expectOracle(logProb(...inputs), expected, { relative: 2e-6, absolute: 1e-4 });
});

test('of no points is nothing', () => {
  expect(logProb(...inputsOf(0, 3, 4)).shape).toEqual([0]);
});

// WebGL squares infinity to a large number
test.skipIf(tf.getBackend() === 'webgl').each([
  [NaN, NaN],
  [Infinity, -Infinity],
  [-Infinity, -Infinity],
])('a point at %d has the log-density %d, and no other has', async (odd, expected) => {
  const [, ...others] = inputsOf(3, 2, 5);
  const [before, at, after] = await read(logProb(tf.tensor2d([0, 1, odd, 0, 1, 0], [3, 2]), ...others));
  expect(at).toBe(expected);
  expect([before, after].every(Number.isFinite)).toBe(true);
});

test('a variance beyond the range of float32 leaves the other components', async () => {
  const [z, means, logVariances] = [tf.tensor2d([[0.5]]), tf.tensor2d([[0], [5]]), tf.tensor2d([[0], [300]])];
  const value = logProb(z, means, logVariances, tf.tensor1d([0, -1e9]));
  await expectOracle(value, [-0.5 * Math.log(2 * Math.PI) - 0.125], { relative: 1e-5 });
});
