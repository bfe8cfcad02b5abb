import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { notAwaited, outOfRange, shapeText, unusable, wrongKind, wrongShape } from './errors.js';
import { checkNotRemoved, checkOnGpu, isFreed } from './lost-backend.js';

// without tfjs, so that a page which only watches a run does not download it
export * from './plain-checks.js';

/** Throws unless tfjs has a backend, which importing its package registers. */
export function checkBackend(where: string): void {
  try {
    // if none has started yet, tfjs starts one now, if one is imported that can start at once
    tf.backend();
  } catch {
    const fix = 'First start one: await startWasm(), startBackend(...) or tf.ready().';
    throw unusable(where, 'tfjs', 'must have a backend that has started', { seen: 'none', fix });
  }
}

/** Throws unless `value` is a live tensor. */
export function checkTensor(where: string, argument: string, value: unknown): asserts value is Tensor {
  checkLive(where, argument, value, notAwaited(value));
}

/** {@link checkTensor} with a remedy. */
function checkLive(where: string, argument: string, value: unknown, fix?: string): asserts value is Tensor {
  if (isTensor(value) && !value.isDisposed) return;
  throw wrongKind(where, argument, 'must be a tensor, not disposed', { got: value, fix });
}

/** Whether a value is a tensor. Not by instanceof, because a page may have two copies of tfjs-core. */
export const isTensor = (value: unknown): value is Tensor =>
  (value as Partial<Tensor> | null | undefined)?.dataId !== undefined;

/**
 * {@link checkTensor} for the result of a user's function, which must have the expected shape if there is one; if it is several tensors,
 * the error says which one is expected.
 */
export function checkResult(
  where: string,
  argument: string,
  value: unknown,
  expected?: Sizes,
  fix?: string,
): asserts value is Tensor {
  const isSeveral = !isTensor(value) && Object.values(value ?? {}).some(isTensor);
  checkLive(where, argument, value, isSeveral ? 'Give one of its tensors.' : notAsync(value));
  checkShape(where, argument, value, expected, fix);
}

/** Throws unless a user's function returned a scalar. */
export function checkScalar(where: string, argument: string, value: unknown): void {
  checkResult(where, argument, value, [], 'Take its mean: tf.mean(...).');
}

/** The remedy if a user's function returned a promise; undefined otherwise. */
export function notAsync(value: unknown): string | undefined {
  return notAwaited(value) && 'The function must not be async.';
}

/** Throws unless a function returned a record of tensors such as `such`, rather than one tensor or a promise. */
export function checkGiven(where: string, argument: string, value: unknown, such: string): void {
  const { dataId, then, length } = (value ?? {}) as Partial<Tensor & Promise<unknown> & ArrayLike<unknown>>;
  if (value !== null && typeof value === 'object' && (dataId ?? then ?? length) === undefined) return;
  const fix = notAsync(value) ?? `Return ${such}.`;
  throw wrongKind(where, argument, `must be a record such as ${such}`, { got: value, fix });
}

/**
 * Throws if one of the variables was disposed, for example with its owner, if its backend was removed, or if the backend has lost its GPU
 * and with it the numbers.
 */
export function checkAlive(where: string, argument: string, variables: readonly Tensor[]): void {
  checkKept(where, argument, variables);
  checkOnGpu(where, argument, variables[0]);
}

/** {@link checkAlive} for variables that will get new numbers: they may have lost the old ones with a GPU. */
export function checkKept(where: string, argument: string, variables: readonly Tensor[]): void {
  for (const variable of variables) checkInUse(where, argument, isFreed(variable));
  checkNotRemoved(where, argument, variables[0]);
}

/** Throws if the argument was disposed. */
export function checkInUse(where: string, argument: string, isDisposed: boolean): void {
  if (isDisposed) throw wrongKind(where, argument, 'must not be disposed', { seen: 'one that was' });
}

/** A shape in which `null` means any size. */
type Sizes = readonly (number | null)[];

/** Throws unless `value` is a live float32 tensor, of the expected shape if there is one. */
export function checkFloat(
  where: string,
  argument: string,
  value: unknown,
  expected?: Sizes,
  fix?: string,
): asserts value is Tensor {
  checkTensor(where, argument, value);
  if (value.dtype !== 'float32') {
    const cast = 'Cast with tf.cast; divide bytes by 255.';
    throw wrongKind(where, argument, 'must be float32', { seen: value.dtype, fix: cast });
  }
  checkShape(where, argument, value, expected, fix);
}

/** Throws unless `value` is a live int32 tensor, of the expected shape if there is one. */
export function checkInt(
  where: string,
  argument: string,
  value: unknown,
  expected?: Sizes,
  fix?: string,
): asserts value is Tensor {
  checkTensor(where, argument, value);
  if (value.dtype !== 'int32') {
    throw wrongKind(where, argument, 'must be int32', { seen: value.dtype, fix: 'Cast with tf.cast.' });
  }
  checkShape(where, argument, value, expected, fix);
}

/** Throws unless `value` is a live float32 tensor of images, with this number of channels if one is given. */
export function checkImages(where: string, argument: string, value: unknown, channels: number | null = null): void {
  checkFloat(where, argument, value, [null, null, null, channels], 'Images are [batch, height, width, channels].');
}

/** Throws unless `value` is a live float32 tensor of sequences, with this number of channels if one is given. */
export function checkSequences(where: string, argument: string, value: unknown, channels: number | null = null): void {
  checkFloat(where, argument, value, [null, null, channels], 'Sequences are [batch, steps, channels].');
}

/** Throws unless `value` is a live float32 tensor with a batch axis and at least `rank` axes in all. */
export function checkExamples(where: string, argument: string, value: unknown, rank = 2): asserts value is Tensor {
  checkFloat(where, argument, value);
  checkMinimumRank(where, argument, value, rank);
}

/** Throws if a tensor has no example: a mean of none is 0, NaN or an error, which depends on the backend. */
export function checkNotEmpty(where: string, argument: string, { shape }: Tensor): void {
  if (shape[0] === 0) throw outOfRange(where, argument, 'must hold at least one example', { seen: shapeText(shape) });
}

/** Throws unless a tensor has the expected shape. */
export function checkShape(
  where: string,
  argument: string,
  { shape }: { readonly shape: readonly number[] },
  expected: Sizes = shape,
  fix?: string,
): void {
  if (shape.length !== expected.length || expected.some((size, i) => size !== null && size !== shape[i])) {
    throw wrongShape(where, argument, expected, shape, fix);
  }
}

/** Throws unless the two tensors have the same shape. */
export function checkSameShape(where: string, argument: string, tensor: Tensor, other: string, like: Tensor): void {
  checkShape(where, argument, tensor, like.shape, `It must match \`${other}\`.`);
}

/** Throws unless `tensor` can be broadcast to the shape of `like`. */
export function checkBroadcast(where: string, argument: string, tensor: Tensor, other: string, like: Tensor): void {
  const expected = like.shape.slice(-tensor.rank).map((size, axis) => (tensor.shape[axis] === 1 ? 1 : size));
  checkShape(where, argument, tensor, expected, `It must fit \`${other}\`.`);
}

/** Throws unless `tensor` has a batch axis and at least `rank` axes in all. */
export function checkMinimumRank(where: string, argument: string, tensor: Tensor, rank: number): void {
  // a single example lacks the first axis
  const expected = [...new Array<null>(Math.max(0, rank - tensor.rank)).fill(null), ...tensor.shape];
  checkShape(where, argument, tensor, expected, 'The first axis is the batch.');
}
