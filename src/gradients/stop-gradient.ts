import type { Tensor } from '@tensorflow/tfjs-core';
import { customGradient } from './custom-gradient.js';

/** Computes a tensor that is a constant to every gradient; the kernels on the way to it are kept on no tape. */
export function stopGradient(compute: () => Tensor): Tensor {
  return customGradient([], compute, () => []);
}
