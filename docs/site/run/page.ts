// The Run buttons of the guides: pressing one starts a worker, which ends with its snippet.
import type { RunMessage } from './worker.js';

/** Seconds after which a snippet is stopped. */
const MAX_SECONDS = 5;

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
  button.addEventListener('click', () => {
    button.disabled = true;
    result.hidden = false;
    run(text.innerText, result, () => (button.disabled = false));
  });
}

/** Runs a text, and shows each line when it is logged. */
function run(text: string, result: HTMLElement, onEnd: () => void): void {
  const lines = document.createElement('pre');
  const state = Object.assign(document.createElement('p'), { textContent: 'Loading ...' });
  result.replaceChildren(lines, state);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  let began = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (words: string): void => {
    clearTimeout(timer);
    worker.terminate();
    state.textContent = words;
    onEnd();
  };
  const on: { readonly [Kind in RunMessage['kind']]: (message: Extract<RunMessage, { kind: Kind }>) => void } = {
    started: () => {
      state.textContent = 'Running ...';
      began = performance.now();
      timer = setTimeout(() => end(`Stopped after ${MAX_SECONDS} seconds.`), 1000 * MAX_SECONDS);
    },
    logged: ({ line, points }) => {
      lines.append(`${line}\n`);
      if (points !== undefined) lines.after(pictureOf(points));
    },
    ended: () => end(`Done in ${((performance.now() - began) / 1000).toFixed(1)} s.`),
    failed: ({ message }) => end(message),
  };
  worker.addEventListener('message', ({ data }: MessageEvent<RunMessage>) => on[data.kind](data as never));
  worker.addEventListener('error', ({ message }) => end(message || 'The worker could not be loaded.'));
  worker.postMessage(text);
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
