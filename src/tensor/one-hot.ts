import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * 1 at each index and 0 elsewhere, float32 `[..., depth]`; an index below 0 or beyond the depth gives zeros. To be called inside a tidy.
 *
 * The cast is separate because wasm's oneHot writes integers into a float32 tensor. tf.oneHot does not accept a depth of 1.
 */
export function oneHot(indices: Tensor, depth: number): Tensor {
  const hot = tf.cast(tf.oneHot(indices, Math.max(depth, 2)), 'float32');
  return depth > 1 ? hot : tf.slice(hot, new Array<number>(hot.rank).fill(0), [...indices.shape, depth]);
}
