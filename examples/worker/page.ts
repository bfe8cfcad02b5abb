// A page whose worker trains: it posts settings and a canvas, and uses the run as if it were local.
import type { VaeMetric } from 'tfjs-generative';
import { connectRun, createPace } from 'tfjs-generative/run';
import type { ClothesSettings } from './worker.js';

const find = <E extends Element>(selector: string) => document.querySelector<E>(selector)!;
const canvas = find<HTMLCanvasElement>('canvas').transferControlToOffscreen();
const settings: ClothesSettings = { canvas, steps: 750, reportEvery: 25, progressEvery: 2 };

// the worker reports that it has its data just before it reports the run
let isReady = false;
const worker = new Worker(new URL('worker.ts', import.meta.url), { type: 'module' });
const run = connectRun<VaeMetric>(worker, { settings, transfer: [canvas], onMessage: () => (isReady = true) });
const pace = createPace({ total: settings.steps! });

const start = find<HTMLButtonElement>('#start');
const stop = find<HTMLButtonElement>('#stop');
// the reason for a failure is in the run's snapshot
start.onclick = () => run.start().catch(() => undefined);
stop.onclick = () => run.stop();

run.subscribe(({ status, epoch, step, seconds, report, history, error }) => {
  const [first, last] = [history.at(0), report].map((one) => one?.metrics.loss.toFixed(1));
  const { share, rate, secondsLeft } = pace(step, seconds);
  start.disabled = !isReady || status === 'running' || status === 'finished';
  stop.disabled = status !== 'running';
  find<HTMLProgressElement>('progress').value = share;
  find('output').textContent = [
    `${status}, epoch ${epoch}`,
    first && `loss ${first} → ${last} nats`,
    status === 'running' && secondsLeft && `${rate!.toFixed(0)} updates/s, ${secondsLeft.toFixed(0)} s left`,
    ...(report?.standing ?? []).map(({ kind }) => kind),
    error?.message,
  ]
    .filter(Boolean)
    .join(', ');
});
