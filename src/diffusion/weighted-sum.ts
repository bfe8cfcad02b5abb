import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** A tensor, or a function that makes it, and what it is multiplied by in a sum. */
export type Term = readonly [weight: number, tensor: Tensor | (() => Tensor)];

/**
 * The sum of tensors of one shape times numbers. A tensor in several terms is multiplied once, by the sum of its weights; one that
 * is multiplied by 0 is left out, and not made, unless all are.
 */
export function weightedSum(...terms: readonly Term[]): Tensor {
  const weights = new Map<Term[1], number>();
  for (const [weight, tensor] of terms) weights.set(tensor, (weights.get(tensor) ?? 0) + weight);
  return tf.tidy(() =>
    [...weights]
      .filter(([, weight], i) => weight !== 0 || (i === 0 && ![...weights.values()].some(Boolean)))
      .map(([tensor, weight]) => tf.mul(weight, typeof tensor === 'function' ? tensor() : tensor))
      .reduce((sum, term) => tf.add(sum, term)),
  );
}
