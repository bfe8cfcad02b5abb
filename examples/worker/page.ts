// A page whose worker trains: it posts settings and a canvas, gets snapshots, and can stop the run at any time.
import type { VaeMetric } from 'tfjs-generative';
import type { RunSettings, RunSnapshot } from 'tfjs-generative/run';
import type { Message } from './messages.js';

const worker = new Worker(new URL('worker.ts', import.meta.url), { type: 'module' });
const post = (message: Message, transfer: Transferable[] = []) => worker.postMessage(message, transfer);

const find = <E extends Element>(selector: string) => document.querySelector<E>(selector)!;
const start = find<HTMLButtonElement>('#start');
const stop = find<HTMLButtonElement>('#stop');
start.onclick = () => post('start');
stop.onclick = () => post('stop');

const settings: RunSettings = { steps: 750, reportEvery: 25, progressEvery: 2 };
const canvas = find<HTMLCanvasElement>('canvas').transferControlToOffscreen();
post({ canvas, settings }, [canvas]);

worker.onmessage = ({ data }: MessageEvent<RunSnapshot<VaeMetric>>) => {
  const { status, epoch, step, history, error } = data;
  const [first, last] = [history.at(0), history.at(-1)].map((report) => report?.metrics.loss.toFixed(1));
  start.disabled = status === 'running' || status === 'finished';
  stop.disabled = status !== 'running';
  find<HTMLProgressElement>('progress').value = step / settings.steps!;
  find('output').textContent =
    `${status}, epoch ${epoch}` +
    (first === undefined ? '' : `, loss ${first} → ${last} nats`) +
    (error?.message ?? '');
};
