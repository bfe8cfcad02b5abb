import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRandom } from 'tfjs-generative';
import { colour, createColourist, errorsOf, greyOf, sourceOf } from '../../examples/colouring/model.js';

test('colours of grey pictures are measured against the true ones, their mean, their spread and their luminance', async () => {
  const truth = tf.fill([1, 2, 2, 3], 0.5);
  // luminance 0.5 + 0.1 (0.299 - 0.114) for the first, and minus for the second
  const apart = (by: number): tf.Tensor => tf.add(truth, tf.mul(by, tf.tensor1d([1, 0, -1])));
  const { sample, mean, spread, luminance, grey } = await errorsOf([apart(0.1), apart(-0.1)], truth);
  expect(sample).toBeCloseTo(0.1 * Math.sqrt(2 / 3), 5);
  expect(mean).toBeCloseTo(0, 5);
  // the variance of two values is twice the square of their distance from the mean
  expect(spread).toBeCloseTo(Math.sqrt(2) * 0.1 * Math.sqrt(2 / 3), 5);
  expect(luminance).toBeCloseTo(0.1 * (0.299 - 0.114), 5);
  expect(grey).toBeCloseTo(0, 5);
});

test('a batch has the grey version of its own pictures, and a sample the shape of colours', async () => {
  const random = createRandom(1);
  const pictures = { images: { data: Uint8Array.from({ length: 2 * 8 * 8 * 3 }, (_, i) => i % 251), shape: [2, 8, 8, 3] as const }, labels: { data: Int32Array.of(0, 1), shape: [2] as const }, motifs: Int32Array.of(0, 1), classes: ['a', 'b'] }; // prettier-ignore
  for await (const { x, conditions } of sourceOf(pictures, random)) {
    const pixels = tf.div(tf.add(x, 1), 2);
    const difference = tf.max(tf.abs(tf.sub(conditions.grey, tf.sub(tf.mul(2, greyOf(pixels)), 1))));
    expect((await difference.data())[0]).toBeLessThan(1e-5);
  }
  const coloured = await colour(createColourist(2, random), tf.zeros([1, 8, 8, 1]), tf.tensor1d([1], 'int32'), random);
  expect(coloured.shape).toEqual([1, 8, 8, 3]);
});
