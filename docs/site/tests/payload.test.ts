import { gzipSync } from 'node:zlib';
import { chromium as playwright, type Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { serve, type Site } from '../../../tests/package/pages/serve.js';
import { expectWithinBudget } from '../../../tests/support/within-budget.js';

/** Limits for what a page loads when it is opened, in kB gzipped: everything, and its scripts. */
const limits: readonly (readonly [page: string, all: number, scripts: number])[] = [
  ['index.html', 150, 20],
  ['docs/index.html', 200, 60],
  ['docs/documents/The_repository.html', 800, 60],
  ['docs/documents/Getting_started.html', 200, 60],
  ['docs/documents/Generative_adversarial_networks.html', 700, 60],
  ['docs/functions/tfjs-generative.elbo.html', 200, 60],
  ['docs/modules/tfjs-generative.html', 200, 60],
  ['lab/index.html', 480, 334],
  // the texts of all exercises are part of it
  ['course/index.html', 260, 220],
  ['own-table/index.html', 505, 328],
  // each of the three workers asks for its script, and the second and third find it in the browser's cache
  ['gpu-bench/index.html', 1100, 900],
];

describe('the size of a first visit', () => {
  let browser: Browser;
  let site: Site;
  const table: Record<string, Record<string, number>> = {};

  beforeAll(async () => {
    site = await serve({ '/': 'out/site' });
    browser = await playwright.launch(launchOptions(await findChromium()));
  });
  afterAll(async () => {
    console.table(table);
    await browser?.close();
    site?.close();
  });

  test.each(limits)('of %s are at most %s kB, of which scripts %s', async (address, all, scripts) => {
    const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
    const kilobytes: Record<string, number> = {};
    const counted: Promise<void>[] = [];
    page.context().on('response', (response) => {
      counted.push(
        response.body().then(
          (body) => {
            const kind = /\.(html|js|css|wasm|png|svg)$/.exec(new URL(response.url()).pathname)?.[1] ?? 'rest';
            kilobytes[kind] = (kilobytes[kind] ?? 0) + (kind === 'png' ? body : gzipSync(body)).length / 1000;
          },
          () => undefined, // a redirect has no body
        ),
      );
    });
    await page.goto(`${site.origin}/${address}`, { waitUntil: 'networkidle' });
    await Promise.all(counted);
    const total = Object.values(kilobytes).reduce((sum, size) => sum + size, 0);
    const rounded = Object.entries({ ...kilobytes, all: total }).map(([kind, size]) => [kind, Math.round(size)]);
    table[address] = Object.fromEntries(rounded) as Record<string, number>;
    expect(total).toBeGreaterThan(10);
    expectWithinBudget(`kB of ${address}`, total, all);
    expectWithinBudget(`kB of the scripts of ${address}`, kilobytes['js']!, scripts);
    await page.context().close();
  });
});
