// The page: the user's choices, buttons, a progress bar and a canvas. The worker does all the work.
import type { VaeMetric } from 'tfjs-generative';
import { connectRun, createPace } from 'tfjs-generative/run';
import type { Answer, Choice, Request } from './worker.js';

const find = <E extends Element>(selector: string) => document.querySelector<E>(selector)!;
const button = (name: string) => find<HTMLButtonElement>(`#${name}`);
const input = (name: string) => find<HTMLInputElement>(`#${name}`);

const worker = new Worker(new URL('worker.ts', import.meta.url), { type: 'module' });
const run = connectRun<VaeMetric>(worker, { settings: choice(), onMessage: show });
let pace = createPace({ total: 1 });

// another choice makes another model in the same worker; if that fails, the snapshot has the error
for (const name of ['pictures', 'model']) input(name).onchange = () => run.remake(choice()).catch(() => undefined);
button('train').onclick = () => {
  const steps = input('updates').valueAsNumber;
  pace = createPace({ total: run.snapshot().step + steps });
  run.start({ steps }).catch(() => undefined);
};
button('stop').onclick = () => run.stop();
button('draw').onclick = () => run.post('draw' satisfies Request);
button('save').onclick = () => run.post('save' satisfies Request);

run.subscribe(({ status, step, seconds, report, error }) => {
  const { share, secondsLeft } = pace(step, seconds);
  const isRunning = status === 'running';
  button('stop').disabled = !isRunning;
  button('draw').disabled = button('save').disabled = isRunning;
  button('train').disabled = isRunning || choice().pictures.length === 0;
  find<HTMLProgressElement>('progress').value = share;
  find('output').textContent = [
    `${status}, ${step} updates`,
    report && `ELBO ${report.metrics.elbo.toFixed(0)} nats`,
    isRunning && secondsLeft && `${secondsLeft.toFixed(0)} s left`,
    error?.message,
  ]
    .filter(Boolean)
    .join(', ');
});

function choice(): Choice {
  return { pictures: [...input('pictures').files!], model: input('model').files![0] };
}

function show(answer: Answer): void {
  if ('samples' in answer) {
    const canvas = find<HTMLCanvasElement>('canvas');
    [canvas.width, canvas.height] = [answer.samples.width, answer.samples.height];
    canvas.getContext('2d')!.putImageData(answer.samples, 0, 0);
  } else {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([answer.file]));
    link.download = 'my-pictures.safetensors';
    link.click();
  }
}
