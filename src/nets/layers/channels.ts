import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkBackend, checkExamples, checkShape } from '../../tensor/checks.js';
import { newVariable } from '../new-variable.js';

/** Names the multiples of `factor` nearest to an image's height, or to its width if the height is a multiple. */
export function multiplesNextTo([, height, width]: readonly number[], factor: number): string {
  const size = height! % factor === 0 ? width! : height!;
  const above = Math.ceil(size / factor) * factor;
  return above === factor ? `${above}` : `${above - factor} and ${above}`;
}

/** Throws unless `input` is float32 `[batch, ..., channels]`. */
export function checkChannels(where: string, input: Tensor, channels: number): void {
  checkExamples(where, 'input', input);
  const fix = `Its last axis must be the ${channels} channels of the layer.`;
  checkShape(where, 'input', input, [...new Array<null>(input.rank - 1).fill(null), channels], fix);
}

/** A vector with the same number everywhere. */
export function constantVariable(size: number, value: number, trainable = true): Variable {
  const initial = (): Tensor => {
    checkBackend('fill');
    return tf.fill([size], value);
  };
  return newVariable([size], initial, trainable);
}
