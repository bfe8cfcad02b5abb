import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { enableWasmTraining } from '../../src/wasm/index.js';

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
// npm run tool -- test:wasm-paths sets it
const path = process.env['ARITHMETIC'];
// Two files run at once on two cores, where the threads of one would wait for those of the other. All numbers of threads give the same bits.
const threads = Number(process.env['WASM_THREADS'] ?? 1);
const { arithmetic } = await enableWasmTraining({ threads, wide: path !== undefined, fused: path === 'fused' });
if (path !== undefined && (arithmetic.tiles !== 'wide' || arithmetic.fused !== (path === 'fused')))
  throw new Error(`${path} arithmetic is not in use: ${arithmetic.reason}`);
if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend did not start');
await tf.ready();
