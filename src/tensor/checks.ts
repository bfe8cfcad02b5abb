import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { outOfRange, wrongKind, wrongShape } from './errors.js';

/** Throws unless `value` is a live tensor. */
export function checkTensor(where: string, argument: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof tf.Tensor)) {
    throw wrongKind({ where, argument, rule: 'must be a tensor', got: value, fix: 'Make one with tf.tensor(...).' });
  }
  if (value.isDisposed) {
    throw wrongKind({
      where,
      argument,
      rule: 'must not be disposed',
      got: 'a disposed tensor',
      fix: 'Keep it until the call has returned, for example with tf.keep.',
    });
  }
}

/** Throws unless `value` is a live float32 tensor. */
export function checkFloat(where: string, argument: string, value: unknown): asserts value is Tensor {
  checkTensor(where, argument, value);
  if (value.dtype !== 'float32') {
    throw wrongKind({
      where,
      argument,
      rule: 'must be float32',
      got: value.dtype,
      fix: 'Cast it: tf.cast(x, "float32"); pixels of 0 ... 255 also need tf.div(..., 255).',
    });
  }
}

/** Throws unless `value` is a live int32 tensor. */
export function checkInt(where: string, argument: string, value: unknown): asserts value is Tensor {
  checkTensor(where, argument, value);
  if (value.dtype !== 'int32') {
    throw wrongKind({ where, argument, rule: 'must be int32', got: value.dtype, fix: 'Cast it: tf.cast(x, "int32").' });
  }
}

/** Throws unless `tensor` has the expected shape, in which `null` stands for any size. */
export function checkShape(
  where: string,
  argument: string,
  tensor: Tensor,
  expected: readonly (number | null)[],
  fix?: string,
): void {
  if (tensor.rank !== expected.length || expected.some((size, i) => size !== null && size !== tensor.shape[i])) {
    throw wrongShape(where, argument, expected, tensor.shape, fix);
  }
}

/** Throws unless the two tensors have the same shape. */
export function checkSameShape(where: string, argument: string, tensor: Tensor, other: string, like: Tensor): void {
  checkShape(where, argument, tensor, like.shape, `It must have the shape of \`${other}\`.`);
}

/** Throws unless `tensor` can be broadcast to the shape of `like`. */
export function checkBroadcast(where: string, argument: string, tensor: Tensor, other: string, like: Tensor): void {
  const skipped = like.rank - tensor.rank;
  if (skipped < 0 || tensor.shape.some((size, axis) => size !== 1 && size !== like.shape[axis + skipped])) {
    const fix = `It must have the shape of \`${other}\` or be broadcast to it.`;
    throw wrongShape(where, argument, like.shape, tensor.shape, fix);
  }
}

/** Throws unless `tensor` has a batch axis and at least `rank` axes in all. */
export function checkMinimumRank(where: string, argument: string, tensor: Tensor, rank: number): void {
  if (tensor.rank < rank) {
    const expected = ['batch', ...new Array<string>(rank - 1).fill('...')].join(', ');
    throw wrongShape(
      where,
      argument,
      new Array<null>(rank).fill(null),
      tensor.shape,
      `Its shape is [${expected}]: add the missing axes with tf.expandDims.`,
    );
  }
}

/** Throws unless `value` is an integer and at least `minimum` (1 unless given). */
export function checkInteger(where: string, argument: string, value: unknown, minimum = 1): asserts value is number {
  if (typeof value !== 'number') throw wrongKind({ where, argument, rule: 'must be a number', got: value });
  if (!Number.isSafeInteger(value) || value < minimum) {
    const rule = minimum === 1 ? 'must be a positive integer' : `must be an integer of at least ${minimum}`;
    throw outOfRange({ where, argument, rule, got: value });
  }
}

/** Bounds of a number; each bound is included unless it is named `above` or `below`. */
export interface Bounds {
  readonly above?: number;
  readonly least?: number;
  readonly most?: number;
  readonly below?: number;
}

/** Throws unless `value` is a finite number within the bounds. */
export function checkNumber(
  where: string,
  argument: string,
  value: unknown,
  bounds: Bounds = {},
): asserts value is number {
  if (typeof value !== 'number') throw wrongKind({ where, argument, rule: 'must be a number', got: value });
  const { above = -Infinity, least = -Infinity, most = Infinity, below = Infinity } = bounds;
  if (!Number.isFinite(value) || value <= above || value < least || value > most || value >= below) {
    const rules = [
      bounds.above === undefined ? undefined : `above ${bounds.above}`,
      bounds.least === undefined ? undefined : `at least ${bounds.least}`,
      bounds.most === undefined ? undefined : `at most ${bounds.most}`,
      bounds.below === undefined ? undefined : `below ${bounds.below}`,
    ].filter((rule) => rule !== undefined);
    throw outOfRange({
      where,
      argument,
      rule: `must be finite${rules.length ? ` and ${rules.join(' and ')}` : ''}`,
      got: value,
    });
  }
}

/** Throws unless `value` is a function. */
export function checkFunction(where: string, argument: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongKind({ where, argument, rule: 'must be a function', got: value });
}

/**
 * Throws unless tfjs's gradients are registered: tfjs-core alone has none, and its own message names a kernel that
 * means nothing to a user.
 */
export function checkGradientsRegistered(where: string): void {
  if (tf.getGradient('Add') == null) {
    throw new Error(
      `${where}: tfjs has no gradients registered; got tfjs-core alone. import '@tensorflow/tfjs' first.`,
    );
  }
}
