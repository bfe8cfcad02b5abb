/** Times a training step on wasm in a process of its own: tsx bench/steps/step.ts MODEL THREADS REPEATS; prints milliseconds. */
import * as tf from '@tensorflow/tfjs';
import { enableWasmTraining } from '../../src/wasm/index.js';
import { models } from './models.js';

const [name = '', threads = '1', repeats = '8'] = process.argv.slice(2);
const report = await enableWasmTraining({ threads: Number(threads) });
await tf.setBackend('wasm');
const step = models[name]!();
for (let i = 0; i < 2; i++) step();
const times = Array.from({ length: Number(repeats) }, () => {
  const start = performance.now();
  step();
  return performance.now() - start;
});
process.stdout.write(`\n${JSON.stringify({ times, threads: report.threads })}\n`);
process.exit(0);
