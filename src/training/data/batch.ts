import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkExamples, checkShape, checkTensor, notAsync } from '../../tensor/checks.js';
import { outOfRange, shapeText, wrongKind } from '../../tensor/errors.js';
import { checkNotRemoved, checkOnGpu } from '../../tensor/lost-backend.js';

/**
 * The examples of one update: data alone, float32 `[batch, ...]`, or data with a condition, which is int32 `[batch]`
 * (class labels, -1 for none) or float32 `[batch, d]`.
 */
export type Batch = Tensor | { readonly x: Tensor; readonly condition?: Tensor | undefined };

/** Throws unless `batch` is a {@link Batch}; returns its two tensors. */
export function readBatch(
  where: string,
  batch: Batch,
  argument = 'batch',
): { x: Tensor; condition: Tensor | undefined } {
  const { x, condition } = batch instanceof tf.Tensor ? { x: batch } : readPair(where, argument, batch);
  checkExamples(where, argument, x);
  checkNotRemoved(where, argument, x);
  checkOnGpu(where, argument, x);
  if (x.shape[0] === 0) {
    throw outOfRange(where, argument, 'must hold at least one example', { seen: shapeText(x.shape) });
  }
  if (condition !== undefined) {
    checkCondition(where, `${argument}.condition`, condition, x.shape[0]);
  }
  return { x, condition };
}

/**
 * The members of a batch or a data set with a condition. Throws if there are others, such as `{ images, labels }`: which of them is the
 * condition is not guessed.
 */
export function readPair<T>(where: string, argument: string, pair: Pair<T>): Pair<T> {
  const others = Object.keys(pair ?? {}).filter(
    (key) => key !== 'x' && key !== 'condition' && pair[key as 'x'] !== undefined,
  );
  if (pair?.x !== undefined && others.length === 0) return pair;
  const [x, condition, third] = pair?.x ? ['x', ...others] : others;
  const isPair = condition && !third && !pair.condition && !/^(data|\d)/.test(x!);
  const fix = isPair ? `Write { x: ${argument}.${x}, condition: ${argument}.${condition} }.` : notAsync(pair);
  throw wrongKind(where, argument, 'must be a tensor or { x, condition }', { got: pair, fix });
}

interface Pair<T> {
  readonly x: T;
  readonly condition?: T | undefined;
}

/** Throws unless `condition` has a label or a vector for each example of a batch. */
export function checkCondition(where: string, argument: string, condition: Tensor, batch: number): void {
  checkTensor(where, argument, condition);
  const shape = condition.dtype === 'int32' ? [batch] : [batch, null];
  checkShape(where, argument, condition, shape, 'Labels are int32 [batch], vectors float32 [batch, d].');
}

/** Frees the tensors of a batch. */
export function disposeBatch(batch: Batch): void {
  tf.dispose(batch instanceof tf.Tensor ? batch : { ...batch });
}
