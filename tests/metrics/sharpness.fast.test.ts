import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { sharpness } from '../../src/metrics/index.js';
import { ShapeError } from '../../src/tensor/errors.js';

/** Fixed values from 0 to 1 without a pattern. */
function pixels(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.abs(Math.sin(12.9898 * (i + 1)) * 43758.5453) % 1);
}

/** The definition in float64. */
function expectedSharpness(
  data: ArrayLike<number>,
  [batch, height, width, channels]: readonly [number, number, number, number],
): number {
  let total = 0;
  for (let i = 0; i < batch; i++) {
    const grey = (y: number, x: number): number => {
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += data[((i * height + y) * width + x) * channels + c] as number;
      return sum / channels;
    };
    const responses: number[] = [];
    for (let y = 1; y < height - 1; y++)
      for (let x = 1; x < width - 1; x++)
        responses.push(grey(y - 1, x) + grey(y + 1, x) + grey(y, x - 1) + grey(y, x + 1) - 4 * grey(y, x));
    const mean = responses.reduce((a, b) => a + b, 0) / responses.length;
    total += responses.reduce((sum, response) => sum + (response - mean) ** 2, 0) / responses.length;
  }
  return total / batch;
}

describe('sharpness', () => {
  it.each([
    [1, 3, 3, 1],
    [3, 7, 5, 1],
    [2, 6, 9, 3],
    [4, 28, 28, 1],
  ] as const)('of [%i, %i, %i, %i] equals the definition in float64', async (...shape) => {
    const data = pixels(shape.reduce<number>((a, b) => a * b, 1));
    const images = tf.tensor4d(data, [...shape]);
    const before = tf.memory().numTensors;
    const { value } = await sharpness(images);
    expect(tf.memory().numTensors).toBe(before);
    const expected = expectedSharpness(data, shape);
    expect(Math.abs(value - expected)).toBeLessThan(1e-5 * Math.max(expected, 1));
    tf.dispose(images);
  });

  it('is 6.25 for one bright pixel', async () => {
    const pixel = tf.tensor4d([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], [1, 3, 4, 1]);
    expect((await sharpness(pixel)).value).toBeCloseTo(6.25, 5);
    tf.dispose(pixel);
  });

  it('is zero for a slope, and 16, the largest value, for a checkerboard', async () => {
    const slope = tf.tensor4d(
      Float32Array.from({ length: 64 }, (_, i) => (i % 8) / 8),
      [1, 8, 8, 1],
    );
    const board = tf.tensor4d(
      Float32Array.from({ length: 64 }, (_, i) => ((i % 8) + Math.floor(i / 8)) % 2),
      [1, 8, 8, 1],
    );
    expect((await sharpness(slope)).value).toBeCloseTo(0, 8);
    expect((await sharpness(board)).value).toBeCloseTo(16, 4);
    tf.dispose([slope, board]);
  });

  it('falls with each blur', async () => {
    const values: number[] = [];
    let images: tf.Tensor4D = tf.tensor4d(pixels(2 * 16 * 16), [2, 16, 16, 1]);
    for (let blurs = 0; blurs < 4; blurs++) {
      values.push((await sharpness(images)).value);
      const blurred = tf.avgPool(images, 3, 1, 'same');
      tf.dispose(images);
      images = blurred;
    }
    tf.dispose(images);
    for (let i = 1; i < values.length; i++) expect(values[i]).toBeLessThan(0.5 * (values[i - 1] as number));
  });

  it('states its protocol', async () => {
    const images = tf.zeros([1, 3, 3, 1]);
    const { protocol } = await sharpness(images);
    for (const word of ['population variance', '[0 1 0; 1 -4 1; 0 1 0]', 'border valid', 'mean of the channels']) {
      expect(protocol).toContain(word);
    }
    tf.dispose(images);
  });

  it('rejects other images and leaves no tensor behind', async () => {
    const integers = tf.zeros([1, 3, 3, 1], 'int32');
    const one = tf.zeros([3, 3, 1]);
    const two = tf.zeros([1, 3, 3, 2]);
    const small = tf.zeros([1, 2, 3, 1]);
    const before = tf.memory().numTensors;
    await expect(sharpness(integers)).rejects.toThrow(TypeError);
    await expect(sharpness(one)).rejects.toThrow(ShapeError);
    await expect(sharpness(two)).rejects.toThrow(
      /^sharpness: `images` must have shape \[\?, \?, \?, 1\]; got \[1, 3, 3, 2\]\./,
    );
    await expect(sharpness(small)).rejects.toThrow(
      /^sharpness: `images.shape\[1\]` must be an integer of at least 3; got 2\./,
    );
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([integers, one, two, small]);
  });
});
