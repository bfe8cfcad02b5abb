import type { Tensor } from '@tensorflow/tfjs-core';
import { customGradient } from './custom-gradient.js';

/** Computes a tensor that is constant to every gradient; no tape records the kernels that compute it. */
export function stopGradient(compute: () => Tensor): Tensor {
  return customGradient([], compute, () => []);
}
