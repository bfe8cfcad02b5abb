import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** A tensor, and what it is multiplied by in a sum. */
export type Term<Weight = number> = readonly [weight: Weight, tensor: Tensor];

/** The sum of tensors times numbers, or times one number per example; what is multiplied by the number 0 is left out, but not all is 0. */
export function weightedSum(...terms: readonly Term<number | Tensor>[]): Tensor {
  return tf.tidy(() =>
    terms
      .filter(([weight]) => weight !== 0)
      .map(([weight, tensor]) => tf.mul(weight, tensor))
      .reduce((sum, term) => tf.add(sum, term)),
  );
}
