import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { fused } from '../../gradients/fused.js';
import { mean, softplus } from '../../gradients/index.js';

// -log D = softplus(-logits) and -log(1 - D) = softplus(logits): the logarithm of a sigmoid would be -infinity, and its
// gradient NaN, for logits below about -100.

/** The mean of -log(1 - D) for logits of D, or, with a sign of -1, of -log D. */
export function meanSoftplus(logits: Tensor, sign: 1 | -1 = 1): Scalar {
  const plain = (x: Tensor): Tensor => mean(softplus(sign === 1 ? x : tf.neg(x)));
  return fused({ plain, kernel: { name: 'MeanSoftplus', attributes: () => ({ sign }) } }, logits) as Scalar;
}
