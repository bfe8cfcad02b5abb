import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkBackend, checkExamples, checkFloat, checkShape } from '../../tensor/checks.js';
import { wrongShape } from '../../tensor/errors.js';
import { newVariable } from '../new-variable.js';

/** Throws unless the sizes of images or sequences are multiples of `factor`, which `what` explains; the error names the nearest multiples. */
export function checkDivisible(
  where: string,
  { shape }: Tensor,
  factor: number,
  what: string,
  channels?: number,
): void {
  const size = shape.slice(1, -1).find((size) => size % factor !== 0);
  if (size === undefined) return;
  const above = Math.ceil(size / factor) * factor;
  const sizes = above === factor ? above : `${above - factor} and ${above}`;
  const subject = shape.length === 4 ? 'Height and width' : 'The number of steps';
  const fix = `${subject} must be divisible by ${what}: ${sizes} would do.`;
  throw wrongShape(where, 'input', [...shape.slice(1).map(() => null), channels ?? null], shape, fix);
}

/** Throws unless `input` is float32 `[batch, ..., channels]`. */
export function checkChannels(where: string, input: Tensor, channels: number): void {
  checkExamples(where, 'input', input);
  const fix = `Its last axis must be the ${channels} channels of the layer.`;
  checkShape(where, 'input', input, [...new Array<null>(input.rank - 1).fill(null), channels], fix);
}

/** Throws unless `input` is float32 `[batch, ..., size]`. */
export function checkVectors(where: string, input: Tensor, size: number, fix?: string): void {
  checkFloat(where, 'input', input);
  if (input.rank > 1 && input.shape.at(-1) === size) return;
  const ofMap = input.rank > 2 ? 'Apply flatten() to images and maps first.' : undefined;
  checkShape(where, 'input', input, [null, size], fix ?? ofMap);
}

/** A vector with the same number everywhere. */
export function constantVariable(size: number, value: number, trainable = true): Variable {
  const initial = (): Tensor => {
    checkBackend('fill');
    return tf.fill([size], value);
  };
  return newVariable([size], initial, trainable);
}
