import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { adamUpdate, createAdamPieces, type AdamNumbers, type AdamPiece } from '../../src/operations/adam.js';

export const betas = [0, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999];

/** Of many sizes; a vector of four and numbers that are left over. */
const gradients = [1, -1, 0.3, -7, 1e-3, 1e4];

/** One update; returns whether it was skipped, 1 or 0. */
export function countedUpdate(
  pieces: readonly AdamPiece[],
  gradients: readonly Tensor[],
  variables: readonly Variable[],
  numbers: AdamNumbers,
): Tensor {
  return tf.tidy(() => {
    const skipped = tf.variable(tf.scalar(0), false);
    adamUpdate(pieces, gradients, variables, numbers, skipped);
    const count = tf.clone(skipped);
    skipped.dispose();
    return count;
  });
}

/** The first steps from 0, and what they are by the formula. */
export async function firstSteps(numbers: AdamNumbers): Promise<{ steps: number[]; expected: number[] }> {
  const variable = tf.variable(tf.zeros([gradients.length]));
  const pieces = createAdamPieces([variable]);
  tf.tidy(() => void countedUpdate(pieces, [tf.tensor1d(gradients)], [variable], numbers));
  const steps = [...(await variable.data())];
  tf.dispose([variable, ...pieces.map(({ moments }) => moments)]);
  const expected = gradients.map((g) => Math.fround(-g) / (Math.abs(Math.fround(g)) + numbers.epsilon));
  return { steps, expected };
}
