import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium as playwright, type Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchOptions } from '../browser/chromium.js';

/** The headers of the pages below each folder. */
const headers: Record<string, Record<string, string>> = {
  plain: {},
  isolated: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
};
headers['strict'] = {
  ...headers['isolated'],
  'Content-Security-Policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
};

const binaries = join(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')), '.');

async function bundle(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('programs/page.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    mainFields: ['module', 'main'],
    // of the branches of tfjs that run in Node
    external: ['crypto', 'fs', 'node-fetch', 'os', 'path', 'perf_hooks', 'string_decoder', 'util', 'worker_threads'],
    logLevel: 'silent',
  });
  return outputFiles[0]!.contents;
}

async function serve(script: Uint8Array): Promise<Server> {
  const server = createServer((request, response) => {
    const [, folder, file] = /^\/(\w+)\/([\w.-]*)/.exec(request.url!) ?? [];
    const send = (type: string, body: string | Uint8Array): void => {
      response.writeHead(200, { 'Content-Type': type, ...headers[folder!] }).end(body);
    };
    if (folder === 'wasm')
      readFile(join(binaries, file!)).then((body) => send('application/wasm', body), () => response.writeHead(404).end()); // prettier-ignore
    else if (file === 'page.js') send('text/javascript', script);
    else send('text/html', '<!doctype html><script src="page.js"></script>');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return server;
}

interface Outcome {
  readonly threads: readonly [{ threads: number; reason?: string }, { threads: number; reason?: string }];
  readonly elbos: readonly number[];
}

const chromium = await findChromium().catch(() => undefined);

describe.skipIf(chromium === undefined || availableParallelism() < 2)('in a browser', () => {
  let browser: Browser;
  let server: Server;
  let plain: Outcome;
  beforeAll(async () => {
    [browser, server] = await Promise.all([playwright.launch(launchOptions(chromium!)), bundle().then(serve)]);
    plain = await outcomeOf('plain/');
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  async function outcomeOf(path: string): Promise<Outcome> {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`);
    // not waitForFunction, whose eval the strict page forbids
    const text = await page.locator('html[data-outcome]').getAttribute('data-outcome', { timeout: 60_000 });
    const outcome = JSON.parse(text!) as Outcome & { error?: string };
    await page.close();
    expect(problems).toEqual([]);
    expect(outcome.error).toBeUndefined();
    return outcome;
  }

  it('a page that is not cross-origin isolated trains with one thread', () => {
    for (const { threads, reason } of plain.threads) {
      expect(threads).toBe(1);
      expect(reason).toContain('not cross-origin isolated');
    }
    expect(plain.elbos.at(-1)).toBeGreaterThan(plain.elbos[0]!);
  });

  it.each([
    ['isolated/', 2],
    ['isolated/?worker', 2],
    ['isolated/?threads=4', 4],
    ['isolated/?worker&threads=4', 4],
  ])('%s trains with %i threads to the same numbers', async (path, threads) => {
    const outcome = await outcomeOf(path);
    expect(outcome.threads).toEqual([{ threads }, { threads }]);
    expect(outcome.elbos).toEqual(plain.elbos);
  });

  it('a page whose content security policy forbids blob: workers trains with one thread', async () => {
    const outcome = await outcomeOf('strict/');
    for (const { threads, reason } of outcome.threads) {
      expect(threads).toBe(1);
      expect(reason).toContain('no second thread could be started');
    }
    expect(outcome.elbos).toEqual(plain.elbos);
  });
});
