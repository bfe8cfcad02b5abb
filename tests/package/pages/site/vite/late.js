// Imports the entry late: before tfjs's own start, or while it hangs.
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { inUse, show } from '../show.js';
import { paths } from './paths.js';

setWasmPaths(paths);

async function run() {
  if (location.search === '?hanging') {
    void tf.setBackend('wasm');
    // its threads have failed by now
    await new Promise((resolve) => addEventListener('error', resolve, { once: true }));
  }
  const { startWasm } = await import('tfjs-generative/wasm');
  return { ...inUse(await startWasm()), backend: tf.getBackend() };
}

void show(run());
