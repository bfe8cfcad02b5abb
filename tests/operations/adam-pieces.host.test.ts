import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createAdamPieces } from '../../src/operations/adam.js';
import { inScope } from '../support/in-scope.js';

inScope();

const members = (sizes: readonly number[]): (readonly number[])[] =>
  createAdamPieces(sizes.map((size) => tf.variable(tf.zeros([size])))).map((piece) => piece.members);

test('variables are in few pieces, none with more than four million numbers except for a single larger variable', () => {
  const million = 2 ** 20;
  expect(members([10, 5, 7])).toEqual([[0, 1, 2]]);
  expect(members([3 * million, million, 1, 2 * million])).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(members([5 * million, 1])).toEqual([[0], [1]]);
});
