// The Run buttons of the guides: pressing one starts a worker, which ends with its snippet, or when the same button is pressed again.
import type { RunMessage } from './worker.js';

for (const block of document.querySelectorAll<HTMLPreElement>('pre[data-run]')) addButton(block);

function addButton(block: HTMLPreElement): void {
  const button = Object.assign(document.createElement('button'), {
    type: 'button',
    textContent: 'Run',
    className: 'run',
  });
  const result = Object.assign(document.createElement('div'), { className: 'ran', hidden: true });
  result.setAttribute('role', 'status');
  const text = block.querySelector('code')!;
  block.after(button, result);
  let stop: (() => void) | undefined;
  button.addEventListener('click', () => {
    if (stop !== undefined) return stop();
    button.textContent = 'Stop';
    result.hidden = false;
    stop = run(text.innerText, result, () => {
      stop = undefined;
      button.textContent = 'Run';
    });
  });
}

/** Runs a text, and shows each line when it is logged. A slow machine may take its time: only the returned function stops a run. */
function run(text: string, result: HTMLElement, onEnd: () => void): () => void {
  const lines = document.createElement('pre');
  const state = Object.assign(document.createElement('p'), { textContent: 'Loading ...' });
  result.replaceChildren(lines, state);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  let started = performance.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const seconds = (since: number): number => (performance.now() - since) / 1000;
  const end = (words: string): void => {
    clearInterval(timer);
    worker.terminate();
    state.textContent = words;
    onEnd();
  };
  const on: { readonly [Kind in RunMessage['kind']]: (message: Extract<RunMessage, { kind: Kind }>) => void } = {
    started: () => {
      state.textContent = 'Running ...';
      started = performance.now();
      timer = setInterval(() => (state.textContent = `Running for ${Math.round(seconds(started))} s ...`), 1000);
    },
    logged: ({ line, points }) => {
      lines.append(`${line}\n`);
      if (points !== undefined) lines.after(pictureOf(points));
    },
    ended: () => end(`Done in ${seconds(started).toFixed(1)} s.`),
    failed: ({ message }) => end(message),
  };
  worker.addEventListener('message', ({ data }: MessageEvent<RunMessage>) => on[data.kind](data as never));
  worker.addEventListener('error', ({ message }) => end(message || 'The worker could not be loaded.'));
  worker.postMessage(text);
  return () => end(`Stopped after ${seconds(started).toFixed(0)} s.`);
}

/** Draws points of a plane to scale. */
function pictureOf(points: readonly (readonly number[])[]): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const extent = 1.1 * Math.max(...points.flat().map(Math.abs));
  svg.setAttribute('viewBox', `${-extent} ${-extent} ${2 * extent} ${2 * extent}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `${points.length} points`);
  for (const [x, y] of points) {
    const dot = document.createElementNS(svg.namespaceURI, 'circle');
    for (const [name, value] of Object.entries({ cx: x!, cy: -y!, r: extent / 40 }))
      dot.setAttribute(name, String(value));
    svg.append(dot);
  }
  return svg;
}
