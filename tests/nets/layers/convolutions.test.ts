import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { conv2d, conv2dTranspose, upsample } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { expectClose, read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';

inScope();

/** Shapes of a convolution from large to small images, and how far the kernel reaches out at the top left. */
interface Geometry {
  readonly large: readonly [height: number, width: number];
  readonly small: readonly [height: number, width: number];
  readonly margin: readonly [top: number, left: number];
}

type Sizes = readonly [down: number, across: number];

/** The definition, from the papers' figures: each output row reads as many rows as the kernel has, starting at strides * row - margin. */
function geometry(large: Sizes, k: Sizes, strides: Sizes, padding: 'same' | 'valid'): Geometry {
  const smallOf = (axis: 0 | 1): number =>
    Math.ceil((padding === 'same' ? large[axis] : large[axis] - k[axis] + 1) / strides[axis]);
  const small = [smallOf(0), smallOf(1)] as const;
  const marginOf = (axis: 0 | 1): number =>
    padding === 'same' ? Math.floor(Math.max(0, (small[axis] - 1) * strides[axis] + k[axis] - large[axis]) / 2) : 0;
  return { large, small, margin: [marginOf(0), marginOf(1)] };
}

/** Calls `visit` for each pair of a small and a large pixel that the kernel links, with the position in the kernel. */
function links(
  { large, small, margin }: Geometry,
  k: Sizes,
  strides: Sizes,
  visit: (small: number, large: number, kernel: number) => void,
): void {
  for (let i = 0; i < small[0]; i++)
    for (let j = 0; j < small[1]; j++)
      for (let p = 0; p < k[0]; p++)
        for (let q = 0; q < k[1]; q++) {
          const [row, column] = [i * strides[0] + p - margin[0], j * strides[1] + q - margin[1]];
          if (row < 0 || column < 0 || row >= large[0] || column >= large[1]) continue;
          visit(i * small[1] + j, row * large[1] + column, p * k[1] + q);
        }
}

const cases = [
  { large: [5, 5], kernelSize: 3, strides: 1, padding: 'same' },
  { large: [5, 7], kernelSize: 3, strides: 2, padding: 'same' },
  { large: [7, 4], kernelSize: 4, strides: 2, padding: 'same' },
  { large: [6, 6], kernelSize: 4, strides: 2, padding: 'same' },
  { large: [7, 5], kernelSize: 4, strides: 3, padding: 'same' },
  { large: [5, 6], kernelSize: 2, strides: 1, padding: 'valid' },
  { large: [7, 8], kernelSize: 3, strides: 2, padding: 'valid' },
  { large: [4, 5], kernelSize: 1, strides: 2, padding: 'same' },
  { large: [5, 8], kernelSize: [1, 4], strides: [1, 3], padding: 'same' },
  { large: [7, 6], kernelSize: [5, 2], strides: 2, padding: 'valid' },
  { large: [6, 7], kernelSize: 3, strides: [3, 1], padding: 'same' },
] as const;
const both = (sizes: number | Sizes): Sizes => (typeof sizes === 'number' ? [sizes, sizes] : sizes);

describe.each(cases)('images of $large, kernel $kernelSize, strides $strides, $padding', (options) => {
  const { large, kernelSize, strides, padding } = options;
  const [kernels, steps] = [both(kernelSize), both(strides)];
  const form = geometry(large, kernels, steps, padding);
  const [many, few, batch] = [2, 3, 2];
  const pixels = form.large[0] * form.large[1];
  const places = form.small[0] * form.small[1];

  test('conv2d sums what the kernel covers', async () => {
    const layer = conv2d({ inputs: many, filters: few, kernelSize, strides, padding, random: createRandom(1) });
    layer.variables[1]!.assign(tf.tensor1d([0.5, -1, 2]));
    const input = createRandom(2).normal([batch, ...large, many]);
    const [x, kernel, biases] = await Promise.all([input, ...layer.variables].map((tensor) => tensor.data()));
    const expected = new Float64Array(batch * places * few).map((_, n) => biases![n % few]!);
    links(form, kernels, steps, (small, pixel, place) => {
      for (let b = 0; b < batch; b++)
        for (let c = 0; c < many; c++)
          for (let f = 0; f < few; f++)
            expected[(b * places + small) * few + f]! +=
              x![(b * pixels + pixel) * many + c]! * kernel![(place * many + c) * few + f]!;
    });
    const output = layer.apply(input);
    expect(output.shape).toEqual([batch, ...form.small, few]);
    await expectClose(output, expected, { absolute: 1e-5 });
  });

  test('conv2dTranspose spreads each number over what the kernel covers', async () => {
    const layer = conv2dTranspose({
      inputs: few,
      filters: many,
      kernelSize,
      strides,
      padding,
      outputSize: large,
      random: createRandom(3),
    });
    layer.variables[1]!.assign(tf.tensor1d([0.5, -1]));
    const input = createRandom(4).normal([batch, ...form.small, few]);
    const [x, kernel, biases] = await Promise.all([input, ...layer.variables].map((tensor) => tensor.data()));
    const expected = new Float64Array(batch * pixels * many).map((_, n) => biases![n % many]!);
    links(form, kernels, steps, (small, pixel, place) => {
      for (let b = 0; b < batch; b++)
        for (let c = 0; c < many; c++)
          for (let f = 0; f < few; f++)
            expected[(b * pixels + pixel) * many + c]! +=
              x![(b * places + small) * few + f]! * kernel![(place * many + c) * few + f]!;
    });
    const output = layer.apply(input);
    expect(output.shape).toEqual([batch, ...large, many]);
    await expectClose(output, expected, { absolute: 1e-5 });
  });
});

test('conv2dTranspose rejects an input to which no convolution maps outputSize', () => {
  const layer = conv2dTranspose({
    inputs: 1,
    filters: 1,
    kernelSize: 4,
    strides: 2,
    outputSize: [7, 5],
    random: createRandom(5),
  });
  expect(() => layer.apply(tf.zeros([2, 4, 4, 1]))).toThrow(
    'conv2dTranspose: `input` must have shape [?, 4, 3, 1]; got [2, 4, 4, 1]. ' +
      'No other input size leads to the outputSize [7, 5] with strides of 2.',
  );
});

test('conv2d rejects an image smaller than the kernel without padding', () => {
  const layer = conv2d({ inputs: 1, filters: 1, kernelSize: 4, padding: 'valid', random: createRandom(6) });
  expect(() => layer.apply(tf.zeros([2, 3, 5, 1]))).toThrow(
    /^conv2d: `input` must have shape .*; got \[2, 3, 5, 1\]\. Height and width must be at least the kernel's 4;/,
  );
});

test('a rectangle names both of its sizes', () => {
  const options = { inputs: 1, filters: 1, random: createRandom(7) };
  const layer = conv2d({ ...options, kernelSize: [2, 4], padding: 'valid' });
  expect(() => layer.apply(tf.zeros([2, 3, 3, 1]))).toThrow(
    "Height and width must be at least the kernel's 2 and 4; the padding",
  );
  const larger = conv2dTranspose({ ...options, kernelSize: 3, strides: [1, 2], outputSize: [4, 4] });
  expect(() => larger.apply(tf.zeros([2, 2, 2, 1]))).toThrow(
    'must have shape [?, 4, 2, 1]; got [2, 2, 2, 1]. No other',
  );
  expect(() => conv2d({ ...options, kernelSize: [2, 0] })).toThrow(
    '`kernelSize[1]` must be a positive integer; got 0.',
  );
  expect(() => conv2d({ ...options, kernelSize: 2, strides: [2, 1, 1] as never })).toThrow(
    'conv2d: `strides` must hold exactly 2 numbers; got [2, 1, 1].',
  );
});

test('a pair of equal sizes is the same layer as one number', async () => {
  const sizes = { inputs: 2, filters: 3 };
  const x = createRandom(8).normal([1, 5, 6, 2]);
  for (const make of [conv2d, conv2dTranspose]) {
    const [one, pair] = [
      make({ ...sizes, kernelSize: 3, strides: 2, random: createRandom(9) }),
      make({ ...sizes, kernelSize: [3, 3], strides: [2, 2], random: createRandom(9) }),
    ];
    expect(await read(pair.apply(x))).toEqual(await read(one.apply(x)));
  }
});

test('upsample repeats each pixel', async () => {
  const image = tf.tensor([1, 10, 2, 20, 3, 30, 4, 40], [1, 2, 2, 2]);
  const [first, second] = [tf.tensor([1, 1, 2, 2], [1, 4]), tf.tensor([3, 3, 4, 4], [1, 4])];
  const large = upsample().apply(image);
  expect(large.shape).toEqual([1, 4, 4, 2]);
  const channel = tf.concat([first, first, second, second]);
  await expectClose(tf.gather(tf.reshape(large, [4, 4, 2]), 0, 2), channel);
  await expectClose(tf.gather(tf.reshape(large, [4, 4, 2]), 1, 2), tf.mul(channel, 10));
  await expectClose(upsample({ factor: 1 }).apply(image), image);
});
