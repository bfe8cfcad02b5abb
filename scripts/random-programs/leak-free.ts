import * as tf from '@tensorflow/tfjs-core';
import type { Evaluation } from './evaluate.js';
import { Failure, isSentence } from './outcome.js';

/** Runs `work` with a program, disposes what it made, and checks that nothing is left, also after an error. */
export async function leakFree<T>(start: () => Evaluation, work: (evaluation: Evaluation) => Promise<T>): Promise<T> {
  const { numTensors } = tf.memory();
  const evaluation = start();
  let error: unknown;
  let result: T | undefined;
  try {
    result = await work(evaluation);
  } catch (reason) {
    error = reason;
  }
  try {
    evaluation.dispose();
  } catch (reason) {
    error ??= reason;
  }
  const left = tf.memory().numTensors - numTensors;
  const context =
    error === undefined ? '' : ` after: ${error instanceof Error ? error.message.slice(0, 160) : typeof error}`;
  if (left !== 0 && (error === undefined || isSentence(error)))
    throw new Failure('leak', `${left} tensors are left${context}`);
  if (error !== undefined) throw error as Error;
  return result!;
}
