/**
 * The size of tfjs's wasm heap after 10 training steps and after many. It never shrinks, so this is its peak.
 *
 * Run: npm run bench -- memory [--json FILE] [--markdown] [--models vae,unet] [--threads 2]
 */
import { parseArgs } from 'node:util';
import { commonOptions, lastLineOfOwn, report } from './report.js';
import { chosen } from './steps/compare.js';
import type { Steps } from './steps/step.js';

const { values: options } = parseArgs({
  options: {
    json: commonOptions.json,
    markdown: commonOptions.markdown,
    models: { type: 'string' },
    threads: { type: 'string', default: '2' },
  },
});

const megabytes = (bytes: number | undefined): number => (bytes ?? NaN) / 1e6;
/** Sampling 20 times makes 1,000 images. */
const counts = {
  vae: 1000,
  'points gan': 1000,
  'conv vae': 1000,
  dcgan: 100,
  unet: 100,
  'image diffusion': 100,
  'image diffusion sampling': 20,
  table: 1000,
  'table sampling': 40,
};
const steps = chosen(counts, options.models);
const rows = Object.entries(steps).map(([model, count]) => {
  // two more steps are for warm-up
  const list = [model, options.threads, String(count - 2)];
  const measured = lastLineOfOwn<Steps>('bench/steps/step.ts', list, model);
  return {
    'MB of heap': model,
    'after 10 steps': megabytes(measured?.heap.early),
    'at the end': megabytes(measured?.heap.last),
    steps: count,
    'tensors left': (measured?.tensors.last ?? NaN) - (measured?.tensors.early ?? NaN),
  };
});
report({ tables: [{ title: 'Memory', rows }], options });
