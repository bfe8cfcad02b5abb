// tfjs's own backend, without this library: what hangs.
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { show } from '../show.js';
import { paths } from './paths.js';

setWasmPaths(paths);

async function run() {
  const failure = new Promise((resolve) =>
    addEventListener('error', ({ message }) => resolve(message), { once: true }),
  );
  const outcome = await Promise.race([tf.setBackend('wasm'), failure]);
  return { outcome };
}

void show(run());
