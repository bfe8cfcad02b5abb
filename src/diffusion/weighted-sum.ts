import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The sum of tensors of one shape times numbers; what is multiplied by 0 is left out. A tensor of its own. */
export function weightedSum(...terms: readonly (readonly [weight: number, tensor: Tensor])[]): Tensor {
  return tf.tidy(() => {
    const parts = terms
      .filter(([weight]) => weight !== 0)
      .map(([weight, tensor]) => (weight === 1 ? tensor : tf.mul(weight, tensor)));
    if (parts.length === 0) return tf.zerosLike(terms[0]![1]);
    return parts.length === 1 ? tf.clone(parts[0]!) : parts.reduce((sum, part) => tf.add(sum, part));
  });
}
