// Starts wasm from the folder that the query names, then from the right address.
import * as tf from '@tensorflow/tfjs';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { startBackend } from 'tfjs-generative/backend';
import { startWasm } from 'tfjs-generative/wasm';
import { show } from '../show.js';

async function run(folder) {
  await startBackend('cpu');
  const start = (paths) =>
    startWasm({ paths }).then(
      () => 'started',
      (error) => error.message,
    );
  const first = [await start(folder), tf.getBackend(), (await tf.sum(tf.ones([3])).data())[0]];
  const second = [await start({ 'tfjs-backend-wasm-simd.wasm': simd }), tf.getBackend()];
  return { first, second };
}

void show(run(location.search.slice(1)));
