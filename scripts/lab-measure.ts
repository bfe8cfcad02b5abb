// Measures the built lab on this machine, and prints a table: `npm run lab:measure`, with `-- --json FILE` to keep the numbers.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { extname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { findChromium, launchOptions } from '../tests/browser/chromium.js';

const FOLDER = 'out/lab';
const FAMILIES = ['vae', 'gan', 'diffusion'] as const;
const BITS_A_SECOND = 10e6;
/** Milliseconds of training that are watched. */
const WATCHED = 5_000;
const REWINDS = 50;

const { values: options } = parseArgs({ options: { json: { type: 'string' } } });
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/** A server as hosts have it, which compresses; it can be as slow as a line of 10 Mbit/s. */
async function serve() {
  let isSlow = false;
  let line = Promise.resolve();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const file = join(FOLDER, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    let body: Buffer;
    try {
      body = gzipSync(readFileSync(file));
    } catch {
      return void response.writeHead(404).end();
    }
    const cache = pathname.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache';
    const head = {
      'Content-Type': types[extname(file)] ?? 'text/plain',
      'Content-Encoding': 'gzip',
      'Cache-Control': cache,
    };
    const send = (): void => void response.writeHead(200, head).end(body);
    if (!isSlow) return send();
    line = line.then(() => pause((1_000 * 8 * body.length) / BITS_A_SECOND)).then(send);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    slowDown: (is: boolean) => void (isSlow = is),
    close: () => void server.close(),
  };
}

/** In the page: when the lab was ready, the frames of the screen, and the tasks that were long. */
const watch = `
  window.seen = { ready: undefined, frames: [], tasks: [] };
  new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  const look = (now) => {
    seen.frames.push(now);
    if (seen.ready === undefined && document.querySelector('#start:enabled')) seen.ready = performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.until = (is) => new Promise((resolve) => {
    const began = performance.now();
    const ask = () => (is() ? resolve(performance.now() - began) : requestAnimationFrame(ask));
    ask();
  });
  window.updates = () => Number(/(\\d+) of/.exec(document.querySelector('p.status').textContent)?.[1]);
`;

async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(url);
  await page.evaluate('until(() => seen.ready !== undefined)');
  return page;
}

const isReady = "document.querySelector('#start:enabled') && updates() === 0";
const press = (id: string, until: string): string =>
  `(document.querySelector('#${id}').click(), until(() => ${until}))`;
/** A press after which the lab loads: it is over once the lab is ready again. */
const pressAndLoad = (id: string): string => `(async () => {
  const began = performance.now();
  document.querySelector('#${id}').click();
  await until(() => !(${isReady}) || performance.now() - began > 200);
  await until(() => ${isReady});
  return performance.now() - began;
})()`;

const numbers: Record<string, number> = {};

async function measureOpening(browser: Browser, origin: string, slowDown: (is: boolean) => void): Promise<void> {
  const context = await browser.newContext({ locale: 'en-US', serviceWorkers: 'block' });
  slowDown(true);
  const first = await open(context, `${origin}/#v=1&f=diffusion`);
  numbers['opening to ready, cold at 10 Mbit/s, ms'] = await first.evaluate<number>('seen.ready');
  slowDown(false);
  const second = await open(context, `${origin}/#v=1&f=diffusion`);
  numbers['opening to ready, files cached, ms'] = await second.evaluate<number>('seen.ready');
  await context.close();
}

async function measureTraining(browser: Browser, origin: string, family: string): Promise<void> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1_400, height: 900 } });
  const page = await open(context, `${origin}/#v=1&f=${family}&n=100000`);
  numbers[`${family}: Start to the first drawn update, ms`] = await page.evaluate<number>(
    press('start', 'updates() > 0'),
  );
  await page.waitForTimeout(1_000);
  await page.evaluate('(seen.frames.length = 0, seen.tasks.length = 0)');
  const before = await page.evaluate<number>('updates()');
  await page.waitForTimeout(WATCHED);
  const { frames, tasks, after } = await page.evaluate<{ frames: number[]; tasks: number[]; after: number }>(
    '({ ...seen, after: updates() })',
  );
  const gaps = frames.slice(1).map((time, i) => time - frames[i]!);
  const span = (frames.at(-1)! - frames[0]!) / 1_000;
  numbers[`${family}: updates a second`] = (after - before) / span;
  numbers[`${family}: frames a second`] = gaps.length / span;
  numbers[`${family}: longest time between frames, ms`] = Math.max(...gaps);
  numbers[`${family}: longest task of the page, ms (0: none over 50)`] = Math.max(0, ...tasks);
  numbers[`${family}: stop, ms`] = await page.evaluate<number>(press('stop', "document.querySelector('#start')"));
  numbers[`${family}: rewind, ms`] = await page.evaluate<number>(pressAndLoad('rewind'));
  const other = family === 'vae' ? 'gan' : 'vae';
  numbers[`${family}: switch to ${other}, ms`] = await page.evaluate<number>(pressAndLoad(`family-${other}`));
  await context.close();
}

/** The memory of a process; Linux alone tells it so. */
function residentMegabytes(id: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]) / 1_000;
  } catch {
    return NaN;
  }
}

/** What is left after garbage has been collected: before that, a heap is as large as the engine likes. */
async function measureMemory(origin: string): Promise<void> {
  const browser = await chromium.launch({ ...chrome, args: [...chrome.args!, '--js-flags=--expose-gc'] });
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await open(context, `${origin}/#v=1&f=diffusion&n=2000`);
  // that of whole processes: it has the worker's and WebAssembly's too
  const session = await browser.newBrowserCDPSession();
  const memory = async (): Promise<number> => {
    await pause(1_000);
    await page.evaluate('gc()');
    for (const worker of page.workers()) await worker.evaluate('gc()');
    await pause(500);
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const pages = processInfo.filter(({ type }) => type === 'renderer');
    return pages.reduce((sum, { id }) => sum + residentMegabytes(id), 0);
  };
  for (let i = 0; i < 3; i++) await page.evaluate(pressAndLoad('rewind'));
  const before = await memory();
  for (let i = 0; i < REWINDS; i++) await page.evaluate(pressAndLoad('rewind'));
  numbers[`memory: growth over ${REWINDS} rewinds, MB`] = (await memory()) - before;
  await page.evaluate(press('start', 'updates() > 200'));
  const early = await memory();
  await page.evaluate("until(() => document.querySelector('p.status').textContent.includes('Finished'))");
  numbers['memory: growth over 2,000 updates, MB'] = (await memory()) - early;
  await browser.close();
}

function measureBytes(): void {
  const zipped = (file: string): number => gzipSync(readFileSync(join(FOLDER, file)), { level: 9 }).length / 1_000;
  const list = JSON.parse(/FILES = (\[.*\]);/.exec(readFileSync(join(FOLDER, 'sw.js'), 'utf8'))![1]!) as string[];
  const sum = (pattern: RegExp): number =>
    list.filter((file) => pattern.test(file)).reduce((all, file) => all + zipped(file), 0);
  numbers['script of the page, kB gzipped (at most 85)'] = sum(/assets\/index-.*\.js$/);
  numbers['script of the worker, kB gzipped (at most 175)'] = sum(/assets\/(?!index-).*\.js$/);
  numbers['wasm, kB gzipped (at most 137)'] = sum(/\.wasm$/);
  numbers['first visit, kB gzipped (at most 420)'] = sum(/./) + zipped('index.html');
}

const site = await serve();
const chrome = launchOptions(await findChromium());
const browser = await chromium.launch(chrome);
measureBytes();
await measureOpening(browser, site.origin, site.slowDown);
for (const family of FAMILIES) await measureTraining(browser, site.origin, family);
await browser.close();
await measureMemory(site.origin);
site.close();

const machine = `${cpus()[0]!.model.trim()}, ${cpus().length} processors`;
console.log(`The lab on ${machine}, ${chrome.executablePath!.split('/').at(-1)}, one thread:\n`);
for (const [name, number] of Object.entries(numbers))
  console.log(`${name.padEnd(60)} ${number.toFixed(1).padStart(9)}`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ machine, numbers }, null, 2)}\n`);
