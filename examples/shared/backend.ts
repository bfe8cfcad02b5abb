import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { startWasm } from 'tfjs-generative/wasm';

/** Starts the runtime of the examples, WebAssembly, which every Node has. */
export async function startBackend(): Promise<string> {
  await startWasm();
  return tf.getBackend();
}
