// Measures the built lab on this machine, and prints a table: `npm run -w examples/lab measure`, with `-- --json FILE` to keep the numbers, and
// `--only opening,pictures --family gan` for some of its parts.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { extname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { recognised } from './recognised.js';

const FOLDER = 'out/lab';
const BITS_A_SECOND = 10e6;
/** Milliseconds of training that are watched. */
const WATCHED = 5_000;
const REWINDS = 50;
/** Rewinds before these. */
const WARM_UP = 100;

/** Milliseconds after which a model of clothes is sampled. */
const LEARNED = 60_000;
const PARTS = ['opening', 'points', 'pictures', 'words', 'recognised', 'one-call', 'memory'] as const;

const { values: options } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string' }, family: { type: 'string' } },
});
const allFamilies = ['vae', 'gan', 'diffusion'];
/** Families that are measured on points alone. */
const ofPoints = ['drifting'];
const isAsked = (family: string): boolean => (options.family ?? family) === family;
const families = allFamilies.filter(isAsked);
const wanted = options.only?.split(',') ?? PARTS;
const isWanted = (part: (typeof PARTS)[number]): boolean => wanted.includes(part);
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
  '.safetensors': 'application/octet-stream',
  '.json': 'application/json',
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

type Set = 'points' | 'pictures' | 'words';

/** The experiment with which a set is measured. */
const linkOf = (family: string, set: Set): string => `#v=1&f=${family}${set === 'pictures' ? '&d=clothes' : ''}`;

async function measureOpening(browser: Browser, { origin, slowDown }: Awaited<ReturnType<typeof serve>>, set: Set) {
  const context = await browser.newContext({ locale: 'en-US', serviceWorkers: 'block' });
  const family = set === 'words' ? 'tokens' : 'diffusion';
  slowDown(true);
  const first = await open(context, `${origin}/${linkOf(family, set)}`);
  numbers[`${set}: opening to ready, cold at 10 Mbit/s, ms`] = await first.evaluate<number>('seen.ready');
  slowDown(false);
  const second = await open(context, `${origin}/${linkOf(family, set)}`);
  numbers[`${set}: opening to ready, files cached, ms`] = await second.evaluate<number>('seen.ready');
  await context.close();
}

async function measureTraining(browser: Browser, origin: string, family: string, set: Set): Promise<void> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1_400, height: 900 } });
  const page = await open(context, `${origin}/${linkOf(family, set)}&n=100000`);
  const name = `${set}, ${family}`;
  numbers[`${name}: Start to the first drawn update, ms`] = await page.evaluate<number>(
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
  numbers[`${name}: updates a second`] = (after - before) / span;
  numbers[`${name}: frames a second`] = gaps.length / span;
  numbers[`${name}: longest time between frames, ms`] = Math.max(...gaps);
  numbers[`${name}: longest task of the page, ms (0: none over 50)`] = Math.max(0, ...tasks);
  numbers[`${name}: stop, ms`] = await page.evaluate<number>(press('stop', "document.querySelector('#start')"));
  numbers[`${name}: rewind, ms`] = await page.evaluate<number>(pressAndLoad('rewind'));
  const switchTo = (other: string): Promise<number> => page.evaluate<number>(pressAndLoad(`family-${other}`));
  // as one who compares them: at once, before the first pictures are there
  for (const other of allFamilies.filter((one) => one !== family)) {
    numbers[`${name}: switch to ${other}, ms`] = await switchTo(other);
    numbers[`${name}: back from ${other}, ms`] = await switchTo(family);
  }
  await context.close();
}

/** The quality of a model of clothes with classes after a minute of training from scratch. */
async function measureRecognised(browser: Browser, origin: string, family: string): Promise<void> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1_400, height: 900 } });
  const page = await open(context, `${origin}/${linkOf(family, 'pictures')}&n=100000`);
  await page.evaluate(press('start', 'updates() > 0'));
  await page.waitForTimeout(LEARNED);
  await page.evaluate(press('stop', "document.querySelector('#start')"));
  numbers[`clothes, ${family}: updates in 60 s`] = await page.evaluate<number>('updates()');
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#model').click()]);
  const latent = await page.evaluate<number>("Number(document.querySelector('#control-latent')?.value)");
  await page.screenshot({ path: join(FOLDER, `../clothes-${family}.png`) });
  const { toldRight, sure } = await recognised(readFileSync(await file.path()), latent);
  numbers[`clothes, ${family}: samples of the class asked for, %`] = 100 * toldRight;
  numbers[`clothes, ${family}: samples surely of one class, %`] = 100 * sure;
  await context.close();
}

/** Pictures that the page of one call draws while its noise goes round. */
async function measureOneCall(
  browser: Browser,
  { origin, slowDown }: Awaited<ReturnType<typeof serve>>,
): Promise<void> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1_400, height: 900 } });
  const page = await context.newPage();
  slowDown(true);
  await page.goto(`${origin}/#v=1&one=1`);
  await page.locator('#call-play').waitFor();
  numbers['one call: opening to ready, cold at 10 Mbit/s, ms'] = await page.evaluate<number>('performance.now()');
  slowDown(false);
  await page.locator('#call-play').click();
  await page.waitForTimeout(WATCHED);
  const text = await page.locator('.one-call .status').innerText();
  const [, milliseconds, pictures] = / takes ([\d.]+) ms: (\d+) pictures/.exec(text)!;
  numbers['one call: a picture in the worker, ms'] = Number(milliseconds);
  numbers['one call: pictures a second, variations not counted'] = Number(pictures);
  await context.close();
}

/** The memory of a process, as only Linux shows it. */
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
  const page = await open(context, `${origin}/#v=1&f=diffusion&n=3000`);
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
  const rewind = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) await page.evaluate(pressAndLoad('rewind'));
  };
  // the first ones fill what the engine keeps for later: 20 MB, and nothing after that
  await rewind(WARM_UP);
  const before = await memory();
  await rewind(REWINDS);
  numbers[`memory: growth over ${REWINDS} rewinds, MB`] = (await memory()) - before;
  await page.evaluate(press('start', 'updates() > 1000'));
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
  numbers['script of the page, kB gzipped'] = sum(/assets\/index-.*\.js$/);
  numbers['script of the worker, kB gzipped'] = sum(/assets\/(?!index-).*\.js$/);
  numbers['wasm, kB gzipped'] = sum(/\.wasm$/);
  numbers['first visit, kB gzipped'] = sum(/./) + zipped('index.html');
}

const site = await serve();
const chrome = launchOptions(await findChromium());
const browser = await chromium.launch(chrome);
measureBytes();
for (const set of ['points', 'pictures', 'words'] as const) {
  if (isWanted('opening')) await measureOpening(browser, site, set);
  const ofSet = set === 'words' ? ['tokens'] : set === 'points' ? [...families, ...ofPoints.filter(isAsked)] : families;
  for (const family of ofSet) if (isWanted(set)) await measureTraining(browser, site.origin, family, set);
}
for (const family of families) if (isWanted('recognised')) await measureRecognised(browser, site.origin, family);
if (isWanted('one-call')) await measureOneCall(browser, site);
await browser.close();
if (isWanted('memory')) await measureMemory(site.origin);
site.close();

const machine = `${cpus()[0]!.model.trim()}, ${cpus().length} processors`;
console.log(`The lab on ${machine}, ${chrome.executablePath!.split('/').at(-1)}, one thread:\n`);
for (const [name, number] of Object.entries(numbers))
  console.log(`${name.padEnd(68)} ${number.toFixed(1).padStart(9)}`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ machine, numbers }, null, 2)}\n`);
