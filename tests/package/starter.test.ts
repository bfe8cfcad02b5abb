import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium as playwright, type Page } from 'playwright';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { build, preview } from 'vite';
import { findChromium, launchOptions } from '../browser/chromium.js';
import { compile, consumer } from './consumer.js';

const root = join(consumer, 'starter');
/** Where a screenshot of the page is left, for people to look at. */
const screenshots = 'temp/pages';

const chromium = await findChromium().catch(() => undefined);

test('the starter asks for versions that are tested here', () => {
  const read = (file: string) =>
    JSON.parse(readFileSync(file, 'utf8')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  const { dependencies, devDependencies } = read('examples/starter/package.json');
  const ours = read('package.json').devDependencies;
  const { 'tfjs-generative': latest, ...others } = { ...dependencies, ...devDependencies };
  expect(latest).toBe('latest');
  const major = (range: string | undefined) => /\d+/.exec(range ?? '')?.[0];
  for (const [name, range] of Object.entries(others)) expect(major(range), name).toBe(major(ours[name]));
});

test.skipIf(chromium === undefined)(
  'the starter, built from the package, learns pictures, and a model that it saved draws the same samples',
  async () => {
    cpSync('examples/starter', root, { recursive: true });
    await compile([], '--project', root);
    await build({ root, logLevel: 'silent' });
    const server = await preview({ root, logLevel: 'silent', preview: { port: 0, host: '127.0.0.1' } });
    const browser = await playwright.launch(launchOptions(chromium!));
    try {
      const open = async () => {
        const page = await browser.newPage();
        page.setDefaultTimeout(120_000);
        const failure = new Promise<never>((_, reject) => page.on('pageerror', reject));
        failure.catch(() => undefined);
        await page.goto(server.resolvedUrls!.local[0]!);
        const says = async (text: RegExp) => {
          await Promise.race([page.locator('output', { hasText: text }).waitFor(), failure]);
          return (await page.textContent('output'))!;
        };
        await says(/^idle/);
        return { page, says };
      };

      const { page, says } = await open();
      const untrained = await pixelsOf(page);
      await page.setInputFiles('#pictures', pictures(5));
      await page.fill('#updates', '25');
      const elboAfter = async (updates: number) => {
        await page.locator('#train:enabled').click();
        return Number(/ELBO (-?\d+)/.exec(await says(new RegExp(`^stopped, ${updates} updates`)))![1]);
      };
      const first = await elboAfter(25);
      const second = await elboAfter(50);
      expect(second).toBeGreaterThan(first + 500);
      const drawn = await pixelsOf(page);
      expect(drawn).not.toEqual(untrained);
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, 'starter.png'), fullPage: true });

      const download = page.waitForEvent('download');
      await page.click('#save');
      const file = await (await download).path();

      const { page: other, says: otherSays } = await open();
      await other.setInputFiles('#model', { name: 'my.safetensors', mimeType: '', buffer: readFileSync(file) });
      await otherSays(/^idle/);
      await expect.poll(() => pixelsOf(other), { timeout: 60_000 }).toEqual(drawn);
      await other.click('#draw');
      await expect.poll(() => pixelsOf(other), { timeout: 60_000 }).not.toEqual(drawn);
    } finally {
      await browser.close();
      await server.close();
    }
  },
);

/** Pictures in colour: a disc on a ground, of different sizes. */
function pictures(count: number) {
  return Array.from({ length: count }, (_, n) => {
    const png = new PNG({ width: 40 + n, height: 40 });
    for (let i = 0; i < png.width * 40; i++) {
      const [x, y] = [i % png.width, Math.floor(i / png.width)];
      const isInside = (x - 20) ** 2 + (y - 20) ** 2 < (8 + 2 * n) ** 2;
      png.data.set(isInside ? [240, 40 * n, 30, 255] : [30, 60, 90 + 20 * n, 255], 4 * i);
    }
    return { name: `${n}.png`, mimeType: 'image/png', buffer: PNG.sync.write(png) };
  });
}

/** What the canvas shows, as text. */
function pixelsOf(page: Page): Promise<string> {
  return page.evaluate("document.querySelector('canvas').toDataURL()");
}
