import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Repeats each row of a `[rows, size]` matrix; the copies follow each other directly. */
export function repeatRows(x: Tensor, rows: number, size: number, factor: number): Tensor {
  return tf.concat(new Array<Tensor>(factor).fill(tf.reshape(x, [rows, size])), 1);
}
