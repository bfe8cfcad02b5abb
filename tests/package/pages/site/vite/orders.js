// Starts wasm by the calls that the query names, in that order, and says where it ended.
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { startBackend } from 'tfjs-generative/backend';
import { enableWasmTraining, startWasm } from 'tfjs-generative/wasm';
import { inUse, show } from '../show.js';
import { paths } from './paths.js';

setWasmPaths(paths);

const calls = {
  enable: () => enableWasmTraining(),
  'enable-one': () => enableWasmTraining({ threads: 1 }),
  set: () => tf.setBackend('wasm'),
  start: () => startWasm(),
  'start-one': () => startWasm({ threads: 1 }),
  'start-paths': () => startWasm({ paths }),
  'start-backend': () => startBackend('wasm'),
  ready: () => tf.ready(),
  cpu: () => tf.setBackend('cpu'),
};

/** `a,b` calls one after the other, `a+b` both at once. */
async function run(orders) {
  for (const group of orders.split(',')) await Promise.all(group.split('+').map((call) => calls[call]()));
  const sum = await tf.sum(tf.ones([3])).data();
  return { ...inUse(await enableWasmTraining()), backend: tf.getBackend(), sum: sum[0] };
}

void show(run(location.search.slice(1)));
