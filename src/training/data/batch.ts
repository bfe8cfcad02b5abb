import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkExamples, checkShape, checkTensor } from '../../tensor/checks.js';
import { notAwaited, outOfRange, shapeText, wrongKind } from '../../tensor/errors.js';
import { checkNotRemoved, checkOnGpu } from '../../tensor/lost-backend.js';
import { optional, readOptions } from '../../tensor/options.js';

/**
 * The examples of one update: data alone, float32 `[batch, ...]`, or data with a condition, which is int32 `[batch]`
 * (class labels, -1 for none) or float32 `[batch, d]`.
 */
export type Batch = Tensor | { readonly x: Tensor; readonly condition?: Tensor | undefined };

/** The rules of a batch with a condition, or of a data set. */
export const batchRules = { x: {}, condition: optional } as const;

/** Throws unless `batch` is a {@link Batch}; returns its two tensors. */
export function readBatch(where: string, batch: Batch): { x: Tensor; condition: Tensor | undefined } {
  if (batch === null || typeof batch !== 'object' || !(batch instanceof tf.Tensor || 'x' in batch)) {
    throw wrongKind(where, 'batch', 'must be a tensor or { x, condition }', { got: batch, fix: notAwaited(batch) });
  }
  const { x, condition } =
    batch instanceof tf.Tensor ? { x: batch, condition: undefined } : readOptions(where, batch, batchRules, 'batch');
  checkExamples(where, 'batch', x);
  checkNotRemoved(where, 'batch', x);
  checkOnGpu(where, 'batch', x);
  if (x.shape[0] === 0) {
    throw outOfRange(where, 'batch', 'must hold at least one example', { seen: shapeText(x.shape) });
  }
  if (condition !== undefined) {
    checkCondition(where, 'batch.condition', condition, x.shape[0]);
  }
  return { x, condition };
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
