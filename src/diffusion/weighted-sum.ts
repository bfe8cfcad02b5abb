import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** A tensor, or a function that makes it, and what it is multiplied by in a sum. */
export type Term = readonly [weight: number, tensor: Tensor | (() => Tensor)];

/** The sum of tensors of one shape times numbers, not all 0; what is multiplied by 0 is left out, and not made. */
export function weightedSum(...terms: readonly Term[]): Tensor {
  return tf.tidy(() =>
    terms
      .filter(([weight]) => weight !== 0)
      .map(([weight, tensor]) => tf.mul(weight, typeof tensor === 'function' ? tensor() : tensor))
      .reduce((sum, term) => tf.add(sum, term)),
  );
}
