import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkExamples, checkShape, checkTensor, notAsync } from '../../tensor/checks.js';
import { outOfRange, shapeText, wrongKind } from '../../tensor/errors.js';
import { checkNotRemoved, checkOnGpu, readTensor } from '../../tensor/lost-backend.js';
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
    throw wrongKind(where, 'batch', 'must be a tensor or { x, condition }', { got: batch, fix: notAsync(batch) });
  }
  const { x, condition } =
    batch instanceof tf.Tensor ? { x: batch, condition: undefined } : readOptions(where, batch, batchRules, 'batch');
  checkExamples(where, 'batch', x);
  checkNotRemoved(where, 'batch', x);
  checkOnGpu(where, 'batch', x);
  checkNotEmpty(where, 'batch', x);
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

/**
 * Rejects unless each label is of a class, or -1 if no class is allowed. It reads the labels; `classes` is their number, undefined if that
 * is unknown and 0 if the network refuses labels itself. Vectors are not read.
 */
export async function checkLabels(
  where: string,
  condition: Tensor,
  classes: number | undefined,
  allowNoClass: boolean | undefined,
): Promise<void> {
  if (condition.dtype !== 'int32') return;
  const labels = await readTensor(where, condition);
  const least = allowNoClass ? -1 : 0;
  const index = labels.findIndex((label) => label < least || label >= (classes || Infinity));
  if (index < 0) return;
  const isNone = labels[index] === -1;
  const fix = isNone ? 'An unknown name has -1; for no class, set allowNoClass: true.' : undefined;
  throw outOfRange(where, 'condition', 'must hold labels of classes', {
    seen: `${labels[index]} at index ${index}`,
    fix,
  });
}

/** Throws if data have no example. */
export function checkNotEmpty(where: string, argument: string, { shape }: Tensor): void {
  if (shape[0] === 0) throw outOfRange(where, argument, 'must hold at least one example', { seen: shapeText(shape) });
}

/** Rejects unless data that are to be measured hold an example, and only finite numbers within the range, if there is one. */
export async function checkData(where: string, x: Tensor, range?: readonly [low: number, high: number]): Promise<void> {
  checkNotEmpty(where, 'x', x);
  // 0 times a number that is not finite is NaN
  const look = tf.tidy(() => tf.stack([tf.min(x), tf.max(x), tf.sum(tf.mul(0, x))]));
  const [low, high, zero] = await readTensor(where, look).finally(() => look.dispose());
  if (zero !== 0) throw outOfRange(where, 'x', 'must be finite', { seen: 'NaN or infinity' });
  checkWithin(where, 'x', range, [low!, high!]);
}

/** Throws unless numbers between these extremes are within the range that a likelihood is meant for. */
export function checkWithin(
  where: string,
  argument: string,
  range: readonly [low: number, high: number] | undefined,
  [low, high]: readonly [low: number, high: number],
): void {
  if (range === undefined || (low >= range[0] && high <= range[1])) return;
  const rule = `must lie between ${range[0]} and ${range[1]}, as the likelihood is meant for`;
  const fix = 'Divide bytes by 255, or take a likelihood for any numbers, such as gaussian.';
  throw outOfRange(where, argument, rule, { seen: `numbers from ${low} to ${high}`, fix });
}

/** Frees the tensors of a batch. */
export function disposeBatch(batch: Batch): void {
  tf.dispose(batch instanceof tf.Tensor ? batch : { ...batch });
}
