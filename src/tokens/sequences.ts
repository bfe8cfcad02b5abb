import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { currentTape } from '../gradients/tape.js';
import type { ApplyOptions } from '../nets/network.js';
import { applyPart } from '../nets/part-owning.js';
import { crossEntropy } from '../operations/cross-entropy.js';
import { checkInt, checkResult } from '../tensor/checks.js';
import { onesWithin } from '../tensor/zeros-within.js';
import type { TokenNetwork } from './token-network.js';

/** Throws unless `indices` are int32, one sequence per row. */
export function checkSequences(where: string, argument: string, indices: Tensor, length: number): void {
  checkInt(where, argument, indices, [null, length], 'It holds one sequence per row, with -1 after its end.');
}

/**
 * Throws if a number is neither a token nor -1, where numbers are read: on cpu and wasm, and not in a gradient call, where the guard of a trainer
 * skips an update with NaN.
 */
export function checkTokens(where: string, argument: string, indices: Tensor, tokens: number): void {
  if (currentTape() !== undefined) return;
  tf.tidy(() => {
    onesWithin(where, argument, tf.add(indices, tf.scalar(1, 'int32')), tokens + 1, { least: -1 });
  });
}

/** The network's logits for tokens, `[n, length, tokens]`, checked. */
export function logitsOf(
  where: string,
  network: TokenNetwork,
  input: Tensor,
  options: ApplyOptions | undefined,
  tokens: number,
): Tensor {
  const logits = applyPart(where, network, input, options, 'indices');
  checkLogits(where, logits, input, tokens);
  return logits;
}

/** Throws unless a network's output has logits for each token of its input. */
export function checkLogits(where: string, logits: Tensor, input: Tensor, tokens: number): void {
  checkResult(where, 'network output', logits, [...input.shape, tokens], 'Give one row of logits for each token.');
}

/** -log p of each label, `[n, length]`, nats; 0 for the label -1. */
export function termsOf(logits: Tensor, labels: Tensor): Tensor {
  const [n, length, tokens] = logits.shape as [number, number, number];
  return tf.reshape(crossEntropy(tf.reshape(logits, [n * length, tokens]), tf.reshape(labels, [-1])), [n, length]);
}

/** Sequences in which each place after the first `end` holds `rest`. */
export function upToEnd(indices: Tensor, end: number, rest: number): Tensor {
  return tf.where(afterAny(tf.equal(indices, end)), tf.scalar(rest, 'int32'), indices);
}

/** Whether any earlier place of the row is true. */
export function afterAny(places: Tensor): Tensor {
  return tf.greater(tf.cumsum(tf.cast(places, 'float32'), 1, true), 0);
}

/** Whether each place of the sequences holds a token that is not after the end. */
export function isCounted(x: Tensor, end: number | undefined): Tensor {
  const isToken = tf.greaterEqual(x, 0);
  return end === undefined ? isToken : tf.logicalAnd(isToken, tf.logicalNot(afterAny(tf.equal(x, end))));
}

/** `values`, `[n]`, but NaN, also in the gradient, for a sequence with a number that is neither a token nor -1. */
export function nanUnlessTokens(values: Tensor, indices: Tensor, tokens: number): Tensor {
  const isWrong = tf.logicalOr(tf.less(tf.min(indices, 1), -1), tf.greaterEqual(tf.max(indices, 1), tokens));
  return tf.mul(values, tf.where(isWrong, NaN, 1));
}
