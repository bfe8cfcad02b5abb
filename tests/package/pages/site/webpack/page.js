import { startWasm } from 'tfjs-generative/wasm';
import { trainBoth } from '../program.js';
import { inUse, show } from '../show.js';

const simd = new URL('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm', import.meta.url);
const helper = new URL('tfjs-generative/wasm-helper', import.meta.url);

async function run() {
  const report = await startWasm({ paths: { 'tfjs-backend-wasm-simd.wasm': simd }, helper });
  return { ...inUse(report), ...(await trainBoth()) };
}

void show(run());
