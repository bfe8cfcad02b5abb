import * as tf from '@tensorflow/tfjs-core';

/**
 * Prevents tfjs's wasm backend, which must be registered, from using its own threaded binary. In a minified page with cross-origin
 * isolation that binary never starts; its threads would compete with our helper for the same processors, and they run only the
 * forward kernels.
 */
export function keepOutOwnThreads(): void {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
}
