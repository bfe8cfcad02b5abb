import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** A tensor, or a function that makes it, and its weight in a sum. */
export type Term = readonly [weight: number, tensor: Tensor | (() => Tensor)];

/** The weighted sum of tensors of one shape, with weights that are not all 0; a tensor whose weight is 0 is not computed. */
export function weightedSum(...terms: readonly Term[]): Tensor {
  return tf.tidy(() =>
    terms
      .filter(([weight]) => weight !== 0)
      .map(([weight, tensor]) => tf.mul(weight, typeof tensor === 'function' ? tensor() : tensor))
      .reduce((sum, term) => tf.add(sum, term)),
  );
}
