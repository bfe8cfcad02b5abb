import * as tf from '@tensorflow/tfjs-core';
import { checkFunction } from '../tensor/checks.js';
import { unusable } from '../tensor/errors.js';

/**
 * Checks that a function leaves no tensors behind except those it returns, which the check disposes.
 *
 * tf.memory().numTensors and numDataBuffers after the call and the disposal = before it
 *
 * @param f - called without arguments; may return a promise, and tensors and parts with a `dispose` in arrays and records
 * @throws Error with both counts if they differ; errors of `f` are passed on
 * @remarks To check a call that throws, catch the error inside `f`.
 * @example
 * ```ts
 * await checkNoLeaks(() => gaussianKl(posterior)); // passes
 * await checkNoLeaks(() => void tf.zeros([2])); // throws
 * ```
 */
export async function checkNoLeaks(f: () => unknown): Promise<void> {
  checkFunction('checkNoLeaks', 'f', f);
  const before = tf.memory();
  const result = await f();
  disposeAll(result, new Set());
  const after = tf.memory();
  for (const counted of ['numTensors', 'numDataBuffers'] as const) {
    if (after[counted] === before[counted]) continue;
    throw unusable('checkNoLeaks', 'f', `must leave ${counted} at ${before[counted]}`, {
      got: after[counted],
      fix: 'Wrap its body in tf.tidy.',
    });
  }
}

/** Disposes what a function returned; it ignores objects of other classes. */
function disposeAll(value: unknown, seen: Set<unknown>): void {
  if (value === null || typeof value !== 'object' || seen.has(value)) return;
  seen.add(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    // instanceof alone would read properties of objects that do not allow it.
    if ('dataId' in value && value instanceof tf.Tensor) value.dispose();
    return;
  }
  const { dispose } = value as { dispose?: unknown };
  if (typeof dispose === 'function') (value as { dispose(): void }).dispose();
  else for (const part of Object.values(value)) disposeAll(part, seen);
}
