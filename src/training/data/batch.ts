import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkConditions } from '../../nets/apply-options.js';
import type { Conditions } from '../../nets/network.js';
import {
  checkFloat,
  checkInt,
  checkMinimumRank,
  checkNotEmpty,
  checkShape,
  checkTensor,
  notAsync,
} from '../../tensor/checks.js';
import { notAwaited, outOfRange, wrongKind } from '../../tensor/errors.js';
import { checkNotRemoved, checkOnGpu, readTensor } from '../../tensor/lost-backend.js';
import { recorder } from '../../tensor/recorder.js';

/**
 * The examples of one update: only data, float32 `[batch, ...]` (int32 if they are tokens), or data with a condition, which is int32
 * `[batch]` (class labels, -1 for none) or float32 `[batch, ...]`, and with further conditions by name.
 */
export type Batch =
  | Tensor
  | { readonly x: Tensor; readonly condition?: Tensor | undefined; readonly conditions?: Conditions | undefined };

/** Throws unless `batch` is a {@link Batch}, with data of one dtype if it is given; returns its tensors. */
export function readBatch(
  where: string,
  batch: Batch,
  argument = 'batch',
  dtype?: DataKind,
): { x: Tensor; condition: Tensor | undefined; conditions: Conditions | undefined } {
  const { x, condition, conditions } =
    batch instanceof tf.Tensor ? { x: batch } : readPair<Tensor>(where, argument, batch);
  checkNumbers(where, argument, x, dtype);
  checkMinimumRank(where, argument, x, 2);
  checkNotRemoved(where, argument, x);
  checkOnGpu(where, argument, x);
  checkNotEmpty(where, argument, x);
  if (condition !== undefined) {
    checkCondition(where, `${argument}.condition`, condition, x.shape[0]);
  }
  checkEachCondition(where, `${argument}.conditions`, conditions, x.shape[0]);
  return { x, condition, conditions };
}

/** The dtype of data: float32, or int32 for tokens. */
export type DataKind = 'float32' | 'int32';

/** Throws unless data are a live tensor of this dtype, or of either. */
export function checkNumbers(where: string, argument: string, x: unknown, dtype?: DataKind): asserts x is Tensor {
  const isTokens = dtype === 'int32' || (dtype === undefined && (x as Partial<Tensor> | null)?.dtype === 'int32');
  if (isTokens) checkInt(where, argument, x);
  else checkFloat(where, argument, x);
}

/**
 * The members of a batch or a data set with a condition. Throws if there are others, such as `{ images, labels }`, because nothing says which
 * of them is the condition.
 */
export function readPair<T>(where: string, argument: string, pair: Pair<T>): Pair<T> {
  const names = Object.keys({ x: 0, ...(pair as object) }).filter((key) => pair?.[key as 'x'] !== undefined);
  const [x, condition, third] = names;
  if (x === 'x' && names.every((name) => /^(x|conditions?)$/.test(name))) return pair;
  const late = argument.endsWith(')') ? notAsync : notAwaited;
  const isPair = condition && !third && !/^(data|\d)|condition$/.test(x + condition);
  const fix = isPair ? `Write { x: ${argument}.${x}, condition: ${argument}.${condition} }.` : late(pair);
  throw wrongKind(where, argument, 'must be a tensor or { x, condition }', { got: pair, fix });
}

interface Pair<T> {
  readonly x: T;
  readonly condition?: T | undefined;
  readonly conditions?: Readonly<Record<string, T>> | undefined;
}

/** {@link checkCondition} for each of the further conditions, if there are any. */
export function checkEachCondition(
  where: string,
  argument: string,
  conditions: Conditions | undefined,
  batch: number,
): void {
  if (conditions === undefined) return;
  checkConditions(where, argument, conditions);
  for (const [name, one] of Object.entries(conditions)) checkCondition(where, `${argument}.${name}`, one, batch);
}

/** Whether integers may be tokens, `[batch, length]`: only a further condition may. */
export const isTokens = (argument: string, { shape }: { readonly shape: readonly number[] }): boolean =>
  shape.length === 2 && argument.includes('conditions.');

/** Throws unless `condition` has a label or numbers for each example of a batch. */
export function checkCondition(where: string, argument: string, condition: Tensor, batch: number): void {
  checkTensor(where, argument, condition);
  const more = condition.shape.slice(2).map(() => null);
  const shape = condition.dtype === 'int32' && !isTokens(argument, condition) ? [batch] : [batch, null, ...more];
  checkShape(where, argument, condition, shape, 'Labels are int32 [batch], vectors float32 [batch, d].');
}

/**
 * Rejects unless each label is a class, or -1 if that is allowed. It reads the labels from the device, but not vectors, and not in a recording, which has no numbers yet. `classes` is the
 * number of classes, undefined if it is unknown, and 0 if the network reads no labels.
 */
export async function checkLabels(
  where: string,
  condition: Tensor,
  classes: number | undefined,
  allowNoClass: boolean | undefined,
  argument = 'condition',
): Promise<void> {
  if (condition.dtype !== 'int32' || recorder()) return;
  const labels = await readTensor(where, condition);
  const lowest = allowNoClass ? -1 : 0;
  const index = labels.findIndex((label) => label < lowest || label >= (classes || Infinity));
  if (index < 0) return;
  const isNone = labels[index] === -1;
  const fix = isNone ? 'An unknown name has -1; for no class, set allowNoClass: true.' : undefined;
  throw outOfRange(where, argument, 'must hold labels of classes', {
    seen: `${labels[index]} at index ${index}`,
    fix,
  });
}

/** Rejects unless data that are to be measured hold an example, and only finite numbers within the range, if there is one. */
export async function checkData(where: string, x: Tensor, range?: readonly [low: number, high: number]): Promise<void> {
  checkNotEmpty(where, 'x', x);
  // 0 times a number that is not finite is NaN
  const extremes = tf.tidy(() => tf.stack([tf.min(x), tf.max(x), tf.sum(tf.mul(0, x))]));
  const [low, high, zero] = await readTensor(where, extremes).finally(() => extremes.dispose());
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
  const rule = `must lie between ${range[0]} and ${range[1]}, the range of the likelihood`;
  const fix = 'Divide bytes by 255, or use a likelihood for any numbers, such as gaussian.';
  throw outOfRange(where, argument, rule, { seen: `numbers from ${low} to ${high}`, fix });
}

/** Frees the tensors of a batch. */
export function disposeBatch(batch: Batch): void {
  tf.dispose(batch instanceof tf.Tensor ? batch : { ...batch });
}
