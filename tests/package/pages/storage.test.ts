import { chromium as playwright, type Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchOptions } from '../../browser/chromium.js';
import { buildStoragePage } from './build.js';
import { serve, type Site } from './serve.js';

/** What site/vite/storage.js finds. */
interface Found {
  readonly error?: string;
  readonly straight: LongRun;
  readonly first: LongRun;
  readonly parted: LongRun;
  readonly kept: {
    readonly names: string[];
    readonly a: number[];
    readonly b: number[];
    readonly buffer: number;
    readonly after: string[];
  };
  readonly refusals: Readonly<Record<'missing' | 'name' | 'full' | 'none', string>>;
}

interface LongRun {
  readonly weights: readonly number[];
  readonly kept: readonly { readonly step: number }[];
}

const chromium = await findChromium().catch(() => undefined);

describe.skipIf(chromium === undefined)('a page with a browserStore, in Chromium', () => {
  let browser: Browser;
  let site: Site;
  let found: Found;

  beforeAll(async () => {
    site = await serve(await buildStoragePage());
    browser = await playwright.launch(launchOptions(chromium!));
    const page = await browser.newPage();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: site.origin, quotaSize: 1e6 });
    await page.goto(`${site.origin}/storage.html`);
    const outcome = await page.locator('html[data-outcome]').getAttribute('data-outcome', { timeout: 60_000 });
    found = JSON.parse(outcome!) as Found;
    expect(found.error).toBeUndefined();
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  test('continues, in a worker too, from what it has kept, bit for bit', () => {
    const { straight, first, parted } = found;
    expect(parted).toEqual(straight);
    expect(first.weights).not.toEqual(straight.weights);
    expect(straight.kept.map(({ step }) => step).slice(-2)).toEqual([6, 9]);
  });

  test('stores bytes by name, and only the bytes of a view', () => {
    expect(found.kept).toEqual({ names: ['a', 'b'], a: [6], b: [2, 3], buffer: 2, after: [] });
  });

  test('reports an invalid name, a full quota and a window without a database', () => {
    const { missing, name, full, none } = found.refusals;
    expect(missing).toBe(
      "browserStore.load: `name` must be one that was saved; got 'a'. See `list()` for those that were.",
    );
    expect(name).toContain('browserStore.save: `name` must be at most 100 letters, digits');
    expect(full).toMatch(
      /^browserStore\.save: `store` must fit into the browser's quota; got [\d.]+ of 1\.0 MB in use\. Remove what/,
    );
    expect(none).toMatch(/^browserStore\.list: `store` must have an IndexedDB that can be used; got \w+: /);
    for (const message of [missing, name, full, none]) expect(message.length).toBeLessThanOrEqual(300);
  });
});
