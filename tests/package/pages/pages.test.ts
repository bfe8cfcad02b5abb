import { join } from 'node:path';
import { chromium as playwright, type Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchOptions } from '../../browser/chromium.js';
import { consumer, runNode } from '../consumer.js';
import { buildPages, serveByVite } from './build.js';
import { developmentCases, isolated, runCase, startingCases, trainingCases, type Outcome } from './cases.js';
import { serve, type Site } from './serve.js';

const chromium = await findChromium().catch(() => undefined);

describe.skipIf(chromium === undefined)('in Chromium', () => {
  let browser: Browser;
  let site: Site;
  let inDevelopment: Site;
  let inNode: Outcome;

  beforeAll(async () => {
    site = await serve(await buildPages());
    inDevelopment = await serveByVite(isolated);
    browser = await playwright.launch(launchOptions(chromium!));
    inNode = JSON.parse((await runNode(join(consumer, 'pages', 'node.mjs'))).trim().split('\n').at(-1)!) as Outcome;
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    inDevelopment?.close();
  });

  async function open(url: string): Promise<string> {
    const page = await browser.newPage();
    try {
      await page.goto(url);
      return (await page.locator('html[data-outcome]').getAttribute('data-outcome', { timeout: 60_000 }))!;
    } finally {
      await page.close();
    }
  }

  test.each(trainingCases)('$name trains to the same bits as Node', async (page) => {
    const { losses } = await runCase(page, site, open);
    expect(losses).toHaveLength(8);
    expect(losses).toEqual(inNode.losses);
  });

  test.each(developmentCases)('$name trains to the same bits as Node', async (page) => {
    const { losses } = await runCase(page, inDevelopment, open);
    expect(losses).toEqual(inNode.losses);
  });

  test("tfjs's own start hangs in a minified, isolated page: its threads fail", async () => {
    site.sendHeaders(isolated);
    expect(await open(`${site.origin}/stock.html`)).not.toContain('true');
  });

  test.each(startingCases)('$name starts wasm', async (page) => {
    await runCase(page, site, open);
  });

  async function faultsOf(folder: string, policy?: string): Promise<{ first: unknown[]; second: unknown[] }> {
    site.sendHeaders(policy === undefined ? isolated : { ...isolated, 'Content-Security-Policy': policy });
    return JSON.parse(await open(`${site.origin}/faults.html?${folder}`)) as { first: unknown[]; second: unknown[] };
  }

  const sayWhere = "Put tfjs's binary there, or say where it is: startWasm({ paths }).";
  const binary = 'tfjs-backend-wasm-simd.wasm';

  test.each([
    ['/nowhere/', (place: string) => `status 404 from ${place}. ${sayWhere}`],
    ['/every-page', (place: string) => `a file of type text/html, no WebAssembly, from ${place}. ${sayWhere}`],
    ['/no-answer/', (place: string) => `no answer from ${place} (Failed to fetch). ${sayWhere}`],
  ])('a start from %s says why it fails, stays on the former backend, and can be repeated', async (folder, said) => {
    const { first, second } = await faultsOf(folder);
    const place = `${site.origin}${folder.replace(/[^/]$/, '$&/')}${binary}`;
    const seen = said(place);
    expect(first).toEqual([`startWasm: \`backend\` 'wasm' must be able to start here; got ${seen}`, 'cpu', 3]);
    expect(second).toEqual(['started', 'wasm']);
  });

  test('a policy without WebAssembly is named, and so is its directive', async () => {
    const { first, second } = await faultsOf('/nowhere', "default-src 'self'");
    // both are wrong, and the browser's report of the policy may come before the answer
    expect(first).toEqual([expect.stringMatching(/404|forbids WebAssembly/), 'cpu', 3]);
    const seen =
      "a content security policy that forbids WebAssembly (script-src). Add 'wasm-unsafe-eval' to script-src.";
    expect(second).toEqual([`startWasm: \`backend\` 'wasm' must be able to start here; got ${seen}`, 'cpu']);
  });

  test("a policy that forbids the binary's address is named, and so is its directive", async () => {
    const { first } = await faultsOf('http://localhost:1/', "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'");
    const place = `http://localhost:1/${binary}`;
    const seen = `a content security policy that forbids ${place} (connect-src). Add the address to connect-src.`;
    expect(first).toEqual([`startWasm: \`backend\` 'wasm' must be able to start here; got ${seen}`, 'cpu', 3]);
  });
});
