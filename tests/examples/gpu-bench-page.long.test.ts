import { chromium as playwright, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchOptions } from '../browser/chromium.js';
import { chromium, openBuiltPage, type BuiltPage } from './built-page.js';

describe.skipIf(chromium === undefined)('the page', () => {
  let site: BuiltPage;
  beforeAll(async () => {
    site = await openBuiltPage('gpu-bench');
  });
  afterAll(() => site.close());

  const problems: string[] = [];
  /** The page in a browser, without a network once it has loaded, with these models chosen by the keyboard. */
  const openPage = async (from: Browser, models: readonly string[]): Promise<Page> => {
    const page = await from.newPage({ locale: 'en-US', viewport: { width: 360, height: 800 } });
    page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
    page.on('pageerror', ({ message }) => void problems.push(message));
    await page.goto(`${site.address}?seconds=0`, { waitUntil: 'networkidle' });
    await page.locator('#start:enabled').waitFor();
    await page.context().setOffline(true);
    for (const box of await page.getByRole('checkbox').all()) {
      if (models.includes(await box.inputValue()) === (await box.isChecked())) continue;
      await box.focus();
      await page.keyboard.press('Space');
    }
    return page;
  };
  const measure = async (page: Page): Promise<void> => {
    await page.locator('#start').focus();
    await page.keyboard.press('Enter');
    await page.locator('#status', { hasText: /^done$/ }).waitFor({ timeout: 240_000 });
  };

  test('a model whose GPU is lost ends in one sentence, and the next one is timed on all backends', async () => {
    const page = await openPage(site.browser, ['vae', 'denoisingMlp']);
    expect(await page.textContent('#adapter')).toMatch(/swiftshader/i);
    expect(await page.textContent('#note')).toMatch(/^This adapter is not a GPU/);
    for (const worker of page.workers()) {
      await worker.evaluate(() => {
        interface Adapter {
          requestDevice(...list: unknown[]): Promise<{ destroy(): void }>;
        }
        const { prototype } = (globalThis as unknown as { GPUAdapter: { prototype: Adapter } }).GPUAdapter;
        const { requestDevice } = prototype;
        prototype.requestDevice = async function (...list) {
          prototype.requestDevice = requestDevice;
          const device = await requestDevice.apply(this, list);
          setTimeout(() => device.destroy(), 100);
          return device;
        };
      });
    }
    await measure(page);
    const rows = await page.locator('tbody tr').all();
    expect(rows).toHaveLength(2);
    const cells = await Promise.all(rows.map((row) => row.locator('td').allTextContents()));
    expect(cells[0]).toEqual([
      expect.stringMatching(/^[\d.]+1 thread$/),
      '–',
      '–',
      'WebGPU: The browser lost the GPU, perhaps because its memory was full. WebGPU with tfjs alone: The browser lost the GPU, perhaps because its memory was full.',
    ]);
    expect(cells[1]).toEqual([
      expect.stringMatching(/^[\d.]+1 thread$/),
      expect.stringMatching(/^[\d.]+\d+ dispatches$/),
      expect.stringMatching(/^[\d.]+\d+ dispatches$/),
      expect.stringMatching(/^This model trains \d+ times as fast on wasm here\.$/),
    ]);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.locator('#copied', { hasText: 'copied' }).waitFor();
    const line = await page.evaluate(() => navigator.clipboard.readText());
    expect(line).toMatch(
      /^tfjs-generative \S+, tfjs 4\.22\.0; Chrome \d+ on Linux; google swiftshader, a software adapter; /,
    );
    expect(line).toMatch(/Denoising MLP.*: wasm \S+ \(\S+\) with 1 thread, WebGPU \S+ \(\S+\) with \d+ dispatches, /);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(problems.splice(0)).toEqual([]);
    await page.close();
  });

  test('where WebGPU is missing, a sentence says so, and wasm is timed', async () => {
    const { args, ...options } = launchOptions(chromium!);
    const bare = await playwright.launch({ ...options, args: [...args!.filter((one) => !/webgpu|Vulkan/.test(one))] });
    const page = await openPage(bare, ['denoisingMlp']);
    expect(await page.textContent('#adapter')).toMatch(
      /^none: this browser (does not support WebGPU|supports WebGPU, but)/,
    );
    await measure(page);
    const cells = await page.locator('tbody td').allTextContents();
    expect(cells).toEqual([expect.stringMatching(/^[\d.]+1 thread$/), '–', '–', '']);
    expect(await page.inputValue('#line')).toMatch(
      /; no WebGPU; ms per step, median \(least\): Denoising MLP[^;]*: wasm [^,]*$/,
    );
    expect(problems.splice(0)).toEqual([]);
    await bare.close();
  });
});
