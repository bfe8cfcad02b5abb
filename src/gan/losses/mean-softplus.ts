import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { softplus } from '../../gradients/elementwise.js';

// -log D = softplus(-logits) and -log(1 - D) = softplus(logits): the logarithm of a sigmoid would be -infinity, and its
// gradient NaN, for logits below about -100.

/** The mean of -log(1 - D) for logits of D, or of -log D for their negatives. */
export function meanSoftplus(logits: Tensor): Scalar {
  return tf.mean(softplus(logits));
}
