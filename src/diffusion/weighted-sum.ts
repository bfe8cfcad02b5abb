import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The sum of tensors of one shape times numbers, not all 0; tensors that are multiplied by 0 are left out. */
export function weightedSum(...terms: readonly (readonly [weight: number, tensor: Tensor])[]): Tensor {
  return tf.tidy(() =>
    terms
      .filter(([weight]) => weight !== 0)
      .map(([weight, tensor]) => tf.mul(weight, tensor))
      .reduce((sum, term) => tf.add(sum, term)),
  );
}
