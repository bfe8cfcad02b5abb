import * as tf from '@tensorflow/tfjs-core';

/** Longer than any start takes that ends at all, a download over a slow line apart. */
const PATIENCE_MILLISECONDS = 10_000;

/** Where the engine keeps the start that is under way, whose backend is not in use yet. */
interface Starting {
  pendingBackendInit: Promise<boolean> | null | undefined;
  pendingBackendInitId: number;
}

/** Whether a backend is starting, which is not in use yet. */
export function isStartUnderWay(): boolean {
  return (tf.engine() as unknown as Starting).pendingBackendInit != null;
}

/**
 * Waits for the start of a backend that is under way, and gives it up where it hangs, as that of tfjs's threaded wasm binary
 * does in minified pages: tfjs computes nothing on any backend before a start has ended.
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
  // as tfjs does it for a backend that is removed
  engine.pendingBackendInitId++;
  engine.pendingBackendInit = null;
}
