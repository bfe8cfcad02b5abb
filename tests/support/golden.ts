import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import file from '../golden/golden.json';

type Cases = typeof file.cases;

/** A tensor of golden.json: float64 numbers from PyTorch. */
export interface GoldenTensor {
  readonly shape: number[];
  readonly data: number[];
}

/** Inputs, values and gradients of one case of golden.json, by name. */
export function golden<Name extends keyof Cases>(name: Name): Cases[Name] {
  return file.cases[name];
}

/** Makes a float32 tensor of golden numbers. */
export function goldenTensor({ data, shape }: GoldenTensor): Tensor {
  return tf.tensor(data, shape, 'float32');
}
