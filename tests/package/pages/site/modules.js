import { startWasm } from 'tfjs-generative/wasm';
import { trainBoth } from './program.js';
import { inUse, show } from './show.js';

async function run() {
  const report = await startWasm({ paths: '/node_modules/@tensorflow/tfjs-backend-wasm/dist/' });
  return { ...inUse(report), ...(await trainBoth()) };
}

void show(run());
