import type { Tensor } from '@tensorflow/tfjs-core';

/** The drift at places, `[n, 2]`, caused by data and samples, `[m, 2]`. */
export function drift(places: Tensor, data: Tensor, samples: Tensor, temperature: number): Tensor;
