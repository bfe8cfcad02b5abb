import * as tf from '@tensorflow/tfjs-core';

/** Longer than any start that ends at all, except for a download over a slow line. */
const PATIENCE_MILLISECONDS = 10_000;

/** Where the engine stores a pending start, whose backend is not in use yet. */
interface Starting {
  pendingBackendInit: Promise<boolean> | null | undefined;
  pendingBackendInitId: number;
}

/** Whether a backend is starting that is not in use yet. */
export function isStartUnderWay(): boolean {
  return (tf.engine() as unknown as Starting).pendingBackendInit != null;
}

/**
 * Waits for a pending start of a backend, and abandons it if it hangs, as the start of tfjs's threaded wasm binary
 * does in minified pages: until a start has ended, tfjs computes nothing on any backend.
 */
export async function startUnderWay(): Promise<void> {
  const engine = tf.engine() as unknown as Starting;
  const pending = engine.pendingBackendInit;
  if (pending == null) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), PATIENCE_MILLISECONDS)));
  const outcome = await Promise.race([pending, late]);
  clearTimeout(timer);
  if (outcome !== 'late' || engine.pendingBackendInit !== pending) return;
  // tfjs does the same when a backend is removed
  engine.pendingBackendInitId++;
  engine.pendingBackendInit = null;
}
