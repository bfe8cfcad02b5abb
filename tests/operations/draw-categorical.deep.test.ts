import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { drawCategorical } from '../../src/operations/draw-categorical.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** The largest number that a uniform stream draws. */
const LARGEST = 1 - 2 ** -24;

const draw = (rows: number[][], uniform: number[]): Promise<number[]> =>
  read(tf.tidy(() => drawCategorical(tf.tensor2d(rows), tf.tensor1d(uniform))));

test('each row draws the class whose share of the interval holds its number, whatever its total', async () => {
  const uniform = [0, 0.19, 0.21, 0.49, 0.51, LARGEST];
  for (const factor of [1, 7]) {
    const rows = uniform.map((_, i) => [2, 3, 5].map((share) => share * (i % 2 === 0 ? factor : 0.1)));
    expect(await draw(rows, uniform)).toEqual([0, 0, 1, 1, 2, 2]);
  }
});

test('a class of probability 0 is not drawn at either end, nor a class beyond the last', async () => {
  expect(
    await draw(
      [
        [0, 1, 0],
        [0, 1, 0],
      ],
      [0, LARGEST],
    ),
  ).toEqual([1, 1]);
  // few numbers of classes, each a shader of its own on WebGL, with many totals that are rounded
  for (const classes of [3, 10, 19, 42]) {
    const many = Array.from({ length: 40 }, (_, k) => Array.from({ length: classes }, () => 0.1 + k / 7));
    const drawn = await draw(
      many,
      many.map(() => LARGEST),
    );
    expect(drawn).toEqual(many.map(() => classes - 1));
  }
});

test('a row with a probability that is not finite draws -2', async () => {
  expect(
    await draw(
      [
        [1, NaN],
        [1, Infinity],
        [1, 1],
      ],
      [0.5, 0.5, 0.4],
    ),
  ).toEqual([-2, -2, 0]);
});
