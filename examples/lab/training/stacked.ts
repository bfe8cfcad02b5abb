import * as tf from '@tensorflow/tfjs-core';

/** Stacks what a function keeps along an axis; what it has kept is disposed, even if it fails. */
export async function stacked(make: (keep: (one: tf.Tensor) => void) => Promise<void>, axis = 0): Promise<tf.Tensor> {
  const kept: tf.Tensor[] = [];
  try {
    await make((one) => void kept.push(one));
    return tf.stack(kept, axis);
  } finally {
    tf.dispose(kept);
  }
}
