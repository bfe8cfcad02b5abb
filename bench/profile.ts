/**
 * What the time of a training step goes into: milliseconds of each kernel, without those that it calls itself.
 *
 * Run: npm run bench -- profile [--model unet] [--threads 1] [--rounds N] [--json FILE] [--markdown]
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { enableWasmTraining } from '../src/wasm/index.js';
import { commonOptions, report } from './report.js';
import { chosen } from './steps/compare.js';
import { models, samplers } from './steps/models.js';

const { values: options } = parseArgs({
  options: { ...commonOptions, model: { type: 'string', default: 'unet' }, threads: { type: 'string', default: '1' } },
});

interface Spent {
  calls: number;
  milliseconds: number;
}
/** Of the step that is running. */
let spent = new Map<string, Spent>();
/** Milliseconds of kernels inside of those that are running, innermost last. */
const inner: number[] = [];

/** Lets every wasm kernel count its time, as well as those that kernels are composed of. */
function watchKernels(): void {
  for (const config of tf.getKernelsForBackend('wasm')) {
    const { kernelName, kernelFunc } = config;
    tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({
      ...config,
      kernelFunc: (args) => {
        inner.push(0);
        const start = performance.now();
        try {
          return kernelFunc(args);
        } finally {
          const taken = performance.now() - start;
          const own = spent.get(kernelName) ?? { calls: 0, milliseconds: 0 };
          own.calls++;
          own.milliseconds += taken - inner.pop()!;
          spent.set(kernelName, own);
          if (inner.length > 0) inner[inner.length - 1]! += taken;
        }
      },
    });
  }
}

await enableWasmTraining({ threads: Number(options.threads) });
await tf.setBackend('wasm');
const step = Object.values(chosen({ ...models, ...samplers }, options.model))[0]!();
watchKernels();
for (let i = 0; i < 2; i++) step();

/** The shortest step, and what it went into. */
let best = { taken: Infinity, spent };
for (let round = 0; round < Math.max(3, Number(options.rounds)); round++) {
  spent = new Map();
  const start = performance.now();
  step();
  const taken = performance.now() - start;
  if (taken < best.taken) best = { taken, spent };
}

const kernels = [...best.spent].sort(([, one], [, other]) => other.milliseconds - one.milliseconds);
const inKernels = kernels.reduce((sum, [, { milliseconds }]) => sum + milliseconds, 0);
const row = (name: string, calls: number | undefined, milliseconds: number) => ({
  kernel: name,
  calls,
  ms: milliseconds,
  'of the step': `${((100 * milliseconds) / best.taken).toFixed(1)} %`,
});
const rows = [
  ...kernels.map(([name, { calls, milliseconds }]) => row(name, calls, milliseconds)),
  row('between kernels', undefined, best.taken - inKernels),
  row(
    'all',
    kernels.reduce((sum, [, { calls }]) => sum + calls, 0),
    best.taken,
  ),
];
const title = `${options.model}, ${options.threads} thread${options.threads === '1' ? '' : 's'}`;
report({ tables: [{ title, rows }], options });
