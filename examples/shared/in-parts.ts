import * as tf from '@tensorflow/tfjs';

/** Rows at once: a network's largest activations then stay small. */
const AT_ONCE = 1000;

/** The results of `act` for some rows at a time, as one tensor; the caller disposes it. */
export function inParts(rows: tf.Tensor, act: (part: tf.Tensor) => tf.Tensor, atOnce = AT_ONCE): tf.Tensor {
  return tf.tidy(() => {
    const results: tf.Tensor[] = [];
    for (let start = 0; start < rows.shape[0]; start += atOnce) {
      results.push(tf.tidy(() => act(tf.slice(rows, start, Math.min(atOnce, rows.shape[0] - start)))));
    }
    return tf.concat(results);
  });
}
