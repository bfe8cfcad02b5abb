import * as tf from '@tensorflow/tfjs-core';
import { CLASSES } from './image-data.js';

/** The labels 0 ... 9, repeatedly: int32 `[count]`, starting from the label `start`. */
export function labelsInTurn(count: number, start = 0): tf.Tensor {
  return tf.tensor1d(
    Int32Array.from({ length: count }, (_, i) => (start + i) % CLASSES),
    'int32',
  );
}
