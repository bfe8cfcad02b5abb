import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkFloat, checkMinimumRank, checkShape } from '../../tensor/checks.js';

/** Throws unless `input` is float32 `[batch, ..., channels]`. */
export function checkChannels(where: string, input: Tensor, channels: number): void {
  checkFloat(where, 'input', input);
  checkMinimumRank(where, 'input', input, 2);
  const fix = `Its last axis must be the ${channels} channels of the layer.`;
  checkShape(where, 'input', input, [...new Array<null>(input.rank - 1).fill(null), channels], fix);
}

/** A vector with the same number everywhere. */
export function constantVariable(size: number, value: number, trainable = true): Variable {
  return tf.tidy(() => tf.variable(tf.fill([size], value), trainable));
}
