import * as tf from '@tensorflow/tfjs-core';
import { checkFunction } from '../tensor/checks.js';
import { failure } from './failure.js';

/**
 * Checks that a function leaves no tensor behind but those it returns, which the check disposes.
 *
 * tf.memory().numTensors and numDataBuffers after the call and the disposal = before it
 *
 * @param f - called with nothing; may return a promise, and tensors in arrays or records
 * @throws Error with both counts if they differ; what `f` throws passes through
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
  if (result !== null && typeof result === 'object') tf.dispose(result as tf.TensorContainer);
  const after = tf.memory();
  for (const counted of ['numTensors', 'numDataBuffers'] as const) {
    if (after[counted] === before[counted]) continue;
    throw failure({
      where: 'checkNoLeaks',
      argument: 'f',
      rule: `must leave ${counted} at ${before[counted]}`,
      got: after[counted],
      fix: 'Wrap its body in tf.tidy.',
    });
  }
}
