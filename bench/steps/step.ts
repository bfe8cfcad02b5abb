/**
 * Times a training step, or sampling, on wasm in a separate process: tsx bench/steps/step.ts MODEL THREADS REPEATS [SHIFT] [PATH].
 * With 0 threads it uses tfjs alone. PATH is narrow, wide or fused: see docs/wasm.md. SHIFT numbers are allocated before the model: the
 * positions of tensors on the heap affect a step by about 5%, so versions are compared over several shifts. Prints milliseconds, and
 * the tensors and the bytes of tfjs's heap after 10 steps and at the end, and the kernels of a step.
 */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { modelOf } from './models.js';
import { enablePath, type Path } from './path.js';

/** The output of this program. */
export interface Steps {
  readonly times: readonly number[];
  readonly heap: Readonly<Record<'early' | 'last', number>>;
  readonly tensors: Readonly<Record<'early' | 'last', number>>;
  readonly kernels: number;
}

const [name = '', threads = '1', repeats = '8', shift = '0', path = 'narrow'] = process.argv.slice(2);
if (threads !== '0') await enablePath(Number(threads), path as Path);
await tf.setBackend('wasm');
if (shift !== '0') tf.keep(tf.zeros([Number(shift)]));
const step = modelOf(name)!();
const heapBytes = (): number =>
  (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.buffer.byteLength;

for (let i = 0; i < 2; i++) await step();
const look = (): Record<'heap' | 'tensors', number> => ({ heap: heapBytes(), tensors: tf.memory().numTensors });
let early = look();
const times: number[] = [];
for (let i = 0; i < Number(repeats); i++) {
  const start = performance.now();
  await step();
  times.push(performance.now() - start);
  if (i < 8) early = look();
}
const last = look();
let kernels = 0;
for (const config of tf.getKernelsForBackend('wasm')) {
  tf.unregisterKernel(config.kernelName, 'wasm');
  tf.registerKernel({ ...config, kernelFunc: (args) => (kernels++, config.kernelFunc(args)) });
}
await step();
const steps: Steps = {
  times,
  heap: { early: early.heap, last: last.heap },
  tensors: { early: early.tensors, last: last.tensors },
  kernels,
};
process.stdout.write(`\n${JSON.stringify(steps)}\n`);
process.exit(0);
