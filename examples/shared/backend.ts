import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { enableWasmTraining } from 'tfjs-generative/wasm';

/** Starts the runtime of the examples, WebAssembly, which every Node has. */
export async function startBackend(): Promise<string> {
  await enableWasmTraining();
  await tf.setBackend('wasm');
  await tf.ready();
  return tf.getBackend();
}
