import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { fused } from '../../gradients/fused.js';
import { mean, softplus } from '../../gradients/index.js';
import { hasKernel, MEAN_SOFTPLUS_GRADIENT_KERNEL, MEAN_SOFTPLUS_KERNEL, runKernel } from '../../tensor/own-kernels.js';

// -log D = softplus(-logits) and -log(1 - D) = softplus(logits): the logarithm of a sigmoid would be -infinity, and its
// gradient NaN, for logits below about -100.

/** The mean of -log(1 - D) for logits of D, or, with a sign of -1, of -log D. */
export function meanSoftplus(logits: Tensor, sign: 1 | -1 = 1): Scalar {
  const plain = (x: Tensor): Scalar => mean(softplus(sign === 1 ? x : tf.neg(x)));
  if (!hasKernel(MEAN_SOFTPLUS_KERNEL) || logits.size === 0) return plain(logits);
  return fused<[Tensor]>(
    {
      plain,
      forward: (x) => ({ value: runKernel<Tensor>(MEAN_SOFTPLUS_KERNEL, { x }, { sign }), saved: [x] }),
      gradients: (dy, [x]) => [() => runKernel<Tensor>(MEAN_SOFTPLUS_GRADIENT_KERNEL, { x: x!, dy }, { sign })],
    },
    logits,
  ) as Scalar;
}
