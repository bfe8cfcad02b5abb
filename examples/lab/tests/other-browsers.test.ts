// Ten seconds, most of which Firefox and WebKitGTK take to start: the lab on wasm in the browsers of the system, as it is built.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve, type Site } from '../../../tests/package/pages/serve.js';
import { openFirefox, openWebKit } from '../../../tests/runtimes/browsers.js';
import { NotHere } from '../../../tests/runtimes/report.js';
import { of } from './open-experiment.js';
import { runExperiment } from './run-experiment.js';

/** What the page has seen. */
interface Seen {
  /** The rows of the table behind the curves: the update, and the terms of the loss. */
  readonly rows: readonly (readonly string[])[];
  /** Colours in the plane; a canvas that was not drawn has one. */
  readonly colors: number;
  readonly errors: readonly string[];
}

/** A page with the lab in a frame, where it presses Start, waits for the end, and posts what it sees. */
const watching = (lab: string, reports: string): string => `<!doctype html><title>watching</title>
<iframe src="${lab}" width="1200" height="900"></iframe>
<script>
  const frame = document.querySelector('iframe');
  const errors = [];
  const page = () => frame.contentDocument;
  const until = async (find) => {
    for (let tries = 0; tries < 600; tries++) {
      const found = find();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('nothing came of ' + find + ' in: ' + page()?.body.innerText.slice(0, 300));
  };
  (async () => {
    frame.contentWindow.addEventListener('error', ({ message }) => errors.push(message));
    frame.contentWindow.addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason)));
    const start = await until(() => page()?.querySelector('#start:enabled'));
    start.click();
    await until(() => /Finished/.test(page().querySelector('p.status').textContent));
    // a view is drawn in its turn
    await new Promise((resolve) => setTimeout(resolve, 500));
    const canvas = page().querySelector('lab-plane canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const rows = [...page().querySelectorAll('lab-curves details tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent));
    return { rows, colors: new Set(new Uint32Array(data.buffer)).size, errors };
  })()
    .catch((error) => ({ rows: [], colors: 0, errors: [...errors, String(error)] }))
    .then((seen) => fetch('${reports}', { method: 'POST', mode: 'no-cors', body: JSON.stringify(seen) }));
</script>`;

let site: Site;
let folder: string;
let reports: Server;
let hear: (seen: Seen) => void = () => undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-'));
  site = await serve({ '/watching/': folder, '/': 'out/lab' });
  reports = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      response.end();
      hear(JSON.parse(body) as Seen);
    });
  });
  await new Promise<void>((resolve) => void reports.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  site.close();
  reports.close();
  await rm(folder, { recursive: true });
});

test.for([
  ['Firefox', openFirefox],
  ['WebKitGTK', openWebKit],
] as const)('in %s the lab learns points, draws them, and has the losses of Node', async ([, open], { skip }) => {
  const { port } = reports.address() as AddressInfo;
  const lab = `${site.origin}/index.html#v=1&f=vae&n=40&b=64&w=16`;
  await writeFile(join(folder, 'index.html'), watching(lab, `http://127.0.0.1:${port}/`));
  const heard = new Promise<Seen>((resolve) => (hear = resolve));
  const browser = await open(`${site.origin}/watching/`).catch((error: unknown) => {
    if (error instanceof NotHere) return skip(error.message);
    throw error;
  });
  let seen: Seen;
  try {
    seen = await heard;
  } finally {
    await browser.close();
  }
  expect(seen.errors).toEqual([]);
  expect(seen.colors).toBeGreaterThan(20);
  const { history } = await runExperiment(of('vae', { steps: 40, batch: 64, width: 16 }));
  expect(seen.rows).toEqual(
    history.map(({ step, metrics }) => [
      String(step),
      ...['loss', 'logLikelihood', 'kl'].map((name) => metrics[name]!.toFixed(3)),
    ]),
  );
});
