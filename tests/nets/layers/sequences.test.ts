import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { conv1d, conv1dTranspose, upsample1d } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { expectClose } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const cases = [
  { long: 7, kernelSize: 3, strides: 1, padding: 'same' },
  { long: 7, kernelSize: 4, strides: 2, padding: 'same' },
  { long: 8, kernelSize: 5, strides: 2, padding: 'same' },
  { long: 11, kernelSize: 4, strides: 3, padding: 'same' },
  { long: 5, kernelSize: 1, strides: 3, padding: 'same' },
  { long: 6, kernelSize: 2, strides: 1, padding: 'valid' },
  { long: 9, kernelSize: 3, strides: 2, padding: 'valid' },
  { long: 11, kernelSize: 5, strides: 3, padding: 'valid' },
] as const;
const [many, few, batch] = [2, 3, 2];

describe.each(cases)('$long steps, kernel $kernelSize, strides $strides, $padding', (options) => {
  const { long, kernelSize, strides, padding } = options;
  // the definition: output i reads kernelSize steps from i * strides - margin on
  const short = Math.ceil((padding === 'same' ? long : long - kernelSize + 1) / strides);
  const margin = padding === 'same' ? Math.floor(Math.max(0, (short - 1) * strides + kernelSize - long) / 2) : 0;

  /** Calls `visit` for each place in the short and in the long sequence that the kernel links, with the place in the kernel. */
  const links = (visit: (short: number, long: number, place: number) => void): void => {
    for (let i = 0; i < short; i++)
      for (let p = 0; p < kernelSize; p++) {
        const step = i * strides + p - margin;
        if (step >= 0 && step < long) visit(i, step, p);
      }
  };

  test('conv1d sums what the kernel covers', async () => {
    const layer = conv1d({ inputs: many, filters: few, kernelSize, strides, padding, random: createRandom(1) });
    layer.variables[1]!.assign(tf.tensor1d([0.5, -1, 2]));
    const input = createRandom(2).normal([batch, long, many]);
    const [x, kernel, biases] = await Promise.all([input, ...layer.variables].map((tensor) => tensor.data()));
    const expected = new Float64Array(batch * short * few).map((_, n) => biases![n % few]!);
    links((i, step, p) => {
      for (let b = 0; b < batch; b++)
        for (let c = 0; c < many; c++)
          for (let f = 0; f < few; f++)
            expected[(b * short + i) * few + f]! +=
              x![(b * long + step) * many + c]! * kernel![(p * many + c) * few + f]!;
    });
    const output = layer.apply(input);
    expect(output.shape).toEqual([batch, short, few]);
    await expectClose(output, expected, { absolute: 1e-5 });
  });

  test('conv1dTranspose spreads each number over what the kernel covers', async () => {
    const sizes = { inputs: few, filters: many, kernelSize, strides, padding, outputSize: long };
    const layer = conv1dTranspose({ ...sizes, random: createRandom(3) });
    layer.variables[1]!.assign(tf.tensor1d([0.5, -1]));
    const input = createRandom(4).normal([batch, short, few]);
    const [x, kernel, biases] = await Promise.all([input, ...layer.variables].map((tensor) => tensor.data()));
    const expected = new Float64Array(batch * long * many).map((_, n) => biases![n % many]!);
    links((i, step, p) => {
      for (let b = 0; b < batch; b++)
        for (let c = 0; c < many; c++)
          for (let f = 0; f < few; f++)
            expected[(b * long + step) * many + c]! +=
              x![(b * short + i) * few + f]! * kernel![(p * many + c) * few + f]!;
    });
    const output = layer.apply(input);
    expect(output.shape).toEqual([batch, long, many]);
    await expectClose(output, expected, { absolute: 1e-5 });
  });
});

test('upsample1d repeats each step', async () => {
  const series = tf.tensor([1, 10, 2, 20, 3, 30], [1, 3, 2]);
  const expected = [1, 10, 1, 10, 2, 20, 2, 20, 3, 30, 3, 30];
  const output = upsample1d().apply(series);
  expect(output.shape).toEqual([1, 6, 2]);
  await expectClose(output, expected);
  await expectClose(upsample1d({ factor: 1 }).apply(series), series);
});

test('wrong sequences are rejected with the reason', () => {
  const sizes = { inputs: 2, filters: 1, random: createRandom(5) };
  const valid = conv1d({ ...sizes, kernelSize: 4, padding: 'valid' });
  expect(() => valid.apply(tf.zeros([2, 3, 2]))).toThrow(
    "conv1d: `input` must have shape [?, ?, 2]; got [2, 3, 2]. There must be at least the kernel's 4 steps; the padding",
  );
  expect(() => valid.apply(tf.zeros([2, 3, 1, 2]))).toThrow(
    'conv1d: `input` must have shape [?, ?, 2]; got [2, 3, 1, 2]. Sequences are [batch, steps, channels].',
  );
  const longer = conv1dTranspose({ ...sizes, kernelSize: 4, strides: 2, outputSize: 7 });
  expect(() => longer.apply(tf.zeros([2, 3, 2]))).toThrow(
    'conv1dTranspose: `input` must have shape [?, 4, 2]; got [2, 3, 2]. ' +
      'No other number of steps leads to the outputSize 7 with strides of 2.',
  );
});
