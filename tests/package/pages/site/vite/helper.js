import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import helper from 'tfjs-generative/wasm-helper?worker&url';
import { startWasm } from 'tfjs-generative/wasm';
import { trainBoth } from '../program.js';
import { inUse, show } from '../show.js';

async function run() {
  const report = await startWasm({ paths: { 'tfjs-backend-wasm-simd.wasm': simd }, helper });
  return { ...inUse(report), ...(await trainBoth()) };
}

void show(run());
