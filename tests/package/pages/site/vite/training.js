// The worker of the pages worker and inline-worker.
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { startWasm } from 'tfjs-generative/wasm';
import { trainBoth } from '../program.js';
import { inUse } from '../show.js';

async function run() {
  const report = await startWasm({ paths: { 'tfjs-backend-wasm-simd.wasm': simd } });
  return { ...inUse(report), ...(await trainBoth()) };
}

run().then(
  (outcome) => self.postMessage(outcome),
  (error) => self.postMessage({ error: String(error) }),
);
