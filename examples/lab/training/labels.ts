import * as tf from '@tensorflow/tfjs-core';
import type { Live } from '../experiment/experiment.js';

/** The classes of n samples, int32 `[n]`: the one that is shown, or each in turn; undefined if the model gets no classes. */
export function labelsOf(n: number, { shown }: Live, count: number | undefined): tf.Tensor1D | undefined {
  if (count === undefined) return undefined;
  const isOne = shown > 0 && shown <= count;
  return tf.tensor1d(
    Int32Array.from({ length: n }, (_, i) => (isOne ? shown - 1 : i % count)),
    'int32',
  );
}
