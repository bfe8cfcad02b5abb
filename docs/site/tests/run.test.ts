import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium as playwright, type Browser, type Locator, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { serve, type Site } from '../../../tests/package/pages/serve.js';
import { formatValue, pointsIn } from '../run/format-value.js';

const SITE = 'out/site';
const pages: string[] = [];
for (const file of await readdir(SITE, { recursive: true }))
  if (file.endsWith('.html') && (await readFile(join(SITE, file), 'utf8')).includes('<pre data-run')) pages.push(file);
pages.push('index.html');

describe('the Run buttons', () => {
  let browser: Browser;
  let site: Site;
  let page: Page;
  beforeAll(async () => {
    site = await serve({ '/': SITE });
    browser = await playwright.launch(launchOptions(await findChromium()));
    page = await browser.newPage({ locale: 'en-US' });
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  /** Presses a button and waits for the end of the snippet; returns the last message and the logged lines. */
  async function press(button: Locator) {
    await button.click();
    const result = button.locator('xpath=following-sibling::div[1]');
    const last = result.locator('p', { hasText: /^(?!Loading|Running)/ });
    await last.waitFor({ timeout: 120_000 });
    return { last: await last.textContent(), logged: await result.locator('pre').textContent() };
  }

  test.each(pages)('of %s run their snippet to the end, and log something', async (file) => {
    const still = await browser.newPage({ locale: 'en-US' });
    await still.goto(`${site.origin}/${file}`);
    const buttons = still.locator('button.run:visible');
    await buttons.first().waitFor();
    for (const button of await buttons.all()) {
      const { last, logged } = await press(button);
      expect(last).toMatch(/^Done in \d+\.\d s\.$/);
      expect(logged).toMatch(/^(?!.*(undefined|\[object)).+/s);
    }
    await still.close();
  });

  test('stop an endless snippet when they are pressed again, and show what another throws', async () => {
    await page.goto(`${site.origin}/docs/documents/Second_derivatives.html`);
    const button = page.locator('button.run');
    const write = (text: string) =>
      page.locator('pre[data-run] code').evaluate((code, own) => (code.textContent = own), text);
    await write('for (;;);');
    const result = button.locator('xpath=following-sibling::div[1]');
    await button.click();
    await result.locator('p', { hasText: 'Running for' }).waitFor({ timeout: 120_000 });
    expect(await button.textContent()).toBe('Stop');
    expect((await press(button)).last).toMatch(/^Stopped after \d+ s\.$/);
    expect(await button.textContent()).toBe('Run');
    await write("console.log('before'); throw new RangeError('too far');");
    expect(await press(button)).toEqual({ last: 'RangeError: too far', logged: 'before\n' });
    await write("import x from 'elsewhere';\nx();");
    expect((await press(button)).last).toBe('Error: elsewhere cannot be imported in a page.');
    await write('const x: = 1;');
    expect((await press(button)).last).toMatch(/^SyntaxError/);
  });
});

test('values are formatted on one line, with the digits of float32', () => {
  expect(formatValue('a b')).toBe('a b');
  expect(formatValue(1 / 3)).toBe('0.3333333');
  expect(formatValue(Float32Array.of(0.1, -2))).toBe('[0.1,-2]');
  expect(formatValue({ value: NaN, of: [1, { two: 2 }] })).toBe('{"value":"NaN","of":[1,{"two":2}]}');
  expect(formatValue({ dataId: {}, shape: [2, 3] })).toBe('"Tensor [2,3]"');
  expect(formatValue(undefined)).toBe('undefined');
});

test('a picture is made of at least five pairs of numbers', () => {
  const pairs = Array.from({ length: 5 }, (_, i) => [i, -i]);
  expect(pointsIn(pairs)).toBe(pairs);
  for (const other of [pairs.slice(1), [...pairs, [1]], [...pairs, ['1', 2]], 5, undefined])
    expect(pointsIn(other)).toBe(undefined);
});
