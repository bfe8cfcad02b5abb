import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The sum of tensors of one shape times numbers, one of which is not 0; what is multiplied by 0 is left out. */
export function weightedSum(...terms: readonly (readonly [weight: number, tensor: Tensor])[]): Tensor {
  return tf.tidy(() =>
    terms
      .filter(([weight]) => weight !== 0)
      .map(([weight, tensor]) => tf.mul(weight, tensor))
      .reduce((sum, term) => tf.add(sum, term)),
  );
}
