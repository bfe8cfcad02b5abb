import * as tf from '@tensorflow/tfjs';

/** The size of tfjs's wasm memory in MB: it never shrinks, so this is the most that a run has taken. Undefined on other backends. */
export function heapMegabytes(): number | undefined {
  const { wasm } = tf.backend() as unknown as { wasm?: { HEAPU8: Uint8Array } };
  return wasm && Math.round(wasm.HEAPU8.byteLength / 1e6);
}
