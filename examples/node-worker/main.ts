// Trains a VAE in a worker thread, which writes logs; the main thread shows the progress and stays free.
import { Worker } from 'node:worker_threads';
import type { VaeMetric } from 'tfjs-generative';
import { terminalProgress } from 'tfjs-generative/node';
import { connectRun, type RunSnapshot } from 'tfjs-generative/run';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import type { ThreadSettings } from './thread.js';

const FOLDER = 'out/node-worker';

const options = readOptions({
  command: 'npm run example -- node-worker',
  about: `Trains a VAE in a worker thread, logs into ${FOLDER}, and prints the longest delay of the main thread.`,
  options: {
    data: { kind: 'folder', help: 'the four IDX files of MNIST or Fashion-MNIST; by default the included subset' },
    steps: { kind: 'integer', default: 300, minimum: 1, help: 'number of updates' },
  },
});

/** A thread can load TypeScript only after tsx is registered in it. */
const thread = JSON.stringify(new URL('../node-worker/thread.ts', import.meta.url).href);
const inTypeScript = `import('tsx/esm/api').then(({ register }) => (register(), import(${thread})))`;

/** Watches a timer of 100 ms; the returned function gives its longest delay. */
function watchTicks(): () => number {
  let [last, worst] = [performance.now(), 0];
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - 100);
    last = now;
  }, 100);
  return () => (clearInterval(timer), worst);
}

run(async () => {
  const { steps, seed, backend, data } = options;
  const settings: ThreadSettings = { steps, seed, backend, data, reportEvery: 25, progressEvery: 1, folder: FOLDER };
  const training = connectRun<VaeMetric>(new Worker(inTypeScript, { eval: true }), { settings });
  const progress = terminalProgress({ total: steps, label: 'training' });
  const ticks = watchTicks();
  let shown: RunSnapshot['report'];
  training.subscribe(({ step, report }) => {
    progress.update(step, report && { ELBO: report.metrics.elbo });
    if (report !== shown) for (const { message } of report?.verdicts ?? []) progress.note(message);
    shown = report;
  });
  try {
    const { step, seconds, report } = await training.start();
    progress.stop();
    const [delay, elbo] = [Math.round(ticks()), report?.metrics.elbo];
    console.log(`${step} updates in ${seconds.toFixed(1)} s, ELBO ${elbo?.toFixed(1)} nats; log in ${FOLDER}.`);
    console.log(`A timer of 100 ms in the main thread was at most ${delay} ms late.`);
    await writeReport(options.json, { step, elbo, delay });
  } finally {
    progress.stop();
    training.close();
    ticks();
  }
});
