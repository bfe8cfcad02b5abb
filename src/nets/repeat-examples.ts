import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The examples `samples` times over, `[samples * batch, ...]`: all of them, then all of them again. */
export function repeatExamples(examples: Tensor, samples: number): Tensor {
  if (samples === 1) return examples;
  return tf.tile(examples, [samples, ...new Array<number>(examples.rank - 1).fill(1)]);
}
