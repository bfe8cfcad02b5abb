/**
 * Training steps of VAEs under learned priors, and how many times as long they take as under N(0, I): gated layers 784-300-300-40,
 * batches of 100, 500 components or pseudo-inputs, and two levels of 40 latents. Minima of steps that are interleaved in one process.
 *
 * Run: npm run bench -- priors [--threads 2] [--path narrow] [--rounds N] [--json FILE] [--markdown]
 *
 * npm run bench -- profile --model 'prior mixture' shows where the time of one of them goes.
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { commonOptions, keepLeast, report, type Minima, type Row } from './report.js';
import { enablePath, type Path } from './steps/path.js';
import { priorModels } from './steps/prior-models.js';

const { values: options } = parseArgs({
  options: {
    ...commonOptions,
    rounds: { type: 'string', default: '50' },
    threads: { type: 'string', default: '2' },
    path: { type: 'string', default: 'narrow' },
  },
});

await enablePath(Number(options.threads), options.path as Path);
await tf.setBackend('wasm');
const steps = Object.entries(priorModels).map(([name, make]) => ({ name, step: make() }));
for (let i = 0; i < 3; i++) for (const { step } of steps) step();

const minima: Minima = {};
for (let round = 0; round < Number(options.rounds); round++) {
  for (const { name, step } of steps) {
    const start = performance.now();
    step();
    keepLeast(minima, name, performance.now() - start);
  }
}
const standard = minima[steps[0]!.name]!;
const rows = steps.map(({ name }): Row => ({ step: name, ms: minima[name], 'of the first': minima[name]! / standard }));
const title = `Steps under learned priors, ${options.path}, ${options.threads} threads`;
report({ tables: [{ title, rows }], options });
process.exit(0);
