/**
 * Where the time of a training step goes: milliseconds per kernel, without the kernels that it calls; the minimum of several steps.
 *
 * Run: npm run bench -- profile [--model unet] [--threads 1] [--path narrow] [--rounds N] [--json FILE] [--markdown]
 *
 * A model is one of steps/models.ts, or a U-Net of any size, such as 'unet step 1x128x3x32'.
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { commonOptions, report } from './report.js';
import { chosen } from './steps/compare.js';
import { modelOf, models, samplers } from './steps/models.js';
import { enablePath, type Path } from './steps/path.js';

const { values: options } = parseArgs({
  options: {
    ...commonOptions,
    rounds: { type: 'string', default: '10' },
    model: { type: 'string', default: 'unet' },
    threads: { type: 'string', default: '1' },
    path: { type: 'string', default: 'narrow' },
  },
});

interface Spent {
  calls: number;
  milliseconds: number;
}
/** The times of the current step. */
let spent = new Map<string, Spent>();
/** For each running kernel, the milliseconds of the kernels it has called; innermost last. */
const inner: number[] = [];

/** Makes every wasm kernel count its time, including those that other kernels call. */
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

await enablePath(Number(options.threads), options.path as Path);
await tf.setBackend('wasm');
const model = modelOf(options.model) ?? Object.values(chosen({ ...models, ...samplers }, options.model))[0]!;
const step = model();
watchKernels();
for (let i = 0; i < 2; i++) await step();

/** The minimum time of each kernel in a step, and of the time outside kernels. */
const least = new Map<string, Spent>();
let between = Infinity;
for (let round = 0; round < Number(options.rounds); round++) {
  spent = new Map();
  const start = performance.now();
  await step();
  let outside = performance.now() - start;
  for (const [name, { calls, milliseconds }] of spent) {
    least.set(name, { calls, milliseconds: Math.min(milliseconds, least.get(name)?.milliseconds ?? Infinity) });
    outside -= milliseconds;
  }
  between = Math.min(between, outside);
}

const kernels = [...least].sort(([, one], [, other]) => other.milliseconds - one.milliseconds);
const all = kernels.reduce((sum, [, { milliseconds }]) => sum + milliseconds, between);
const row = (name: string, calls: number | undefined, milliseconds: number) => ({
  kernel: name,
  calls,
  ms: milliseconds,
  'of the step': `${((100 * milliseconds) / all).toFixed(1)} %`,
});
const calls = kernels.reduce((sum, [, { calls }]) => sum + calls, 0);
const rows = [
  ...kernels.map(([name, { calls, milliseconds }]) => row(name, calls, milliseconds)),
  row('between kernels', undefined, between),
  row('all', calls, all),
];
const title = `${options.model}, ${options.threads} thread${options.threads === '1' ? '' : 's'}`;
report({ tables: [{ title, rows }], options });
