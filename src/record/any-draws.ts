import * as tf from '@tensorflow/tfjs-core';
import type { RandomState, RandomStream } from '../random/stream.js';
import { drawn } from '../tensor/recorder.js';

/**
 * A stream for a recording whose draws nobody reads: it gives zeros, which are noted as draws like any others. A permutation, which is a
 * list on the host, is another one at each call, so that it becomes an input.
 */
export function anyDraws(): RandomStream {
  let turns = 0;
  const zeros = (shape: readonly number[], dtype: 'float32' | 'int32' = 'float32') =>
    tf.tensor(new Float32Array(tf.util.sizeFromShape([...shape])), [...shape], dtype);
  const stream: RandomStream = {
    normal: (shape) => drawn(zeros(shape), 'normal'),
    uniform: (shape, low = 0, high = 1) => drawn(zeros(shape), 'uniform', low, high),
    integers: (shape, low, high) => drawn(zeros(shape, 'int32'), 'integers', low, high),
    permutation: (n) => {
      turns++;
      return Uint32Array.from({ length: n }, (_, i) => (i + turns) % n);
    },
    fork: () => stream,
    state: () => ({}) as RandomState,
    restore: () => {},
  };
  return stream;
}
