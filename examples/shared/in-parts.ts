import * as tf from '@tensorflow/tfjs-core';

/** Number of rows at once: so a network's largest activations stay small. */
const AT_ONCE = 250;

/** Applies `act` to some rows at a time; returns the results as one tensor, which the caller disposes. */
export function inParts(rows: tf.Tensor, act: (part: tf.Tensor) => tf.Tensor, atOnce = AT_ONCE): tf.Tensor {
  return tf.tidy(() => {
    const results: tf.Tensor[] = [];
    for (let start = 0; start < rows.shape[0]; start += atOnce) {
      results.push(tf.tidy(() => act(tf.slice(rows, start, Math.min(atOnce, rows.shape[0] - start)))));
    }
    return tf.concat(results);
  });
}
