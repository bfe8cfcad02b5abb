import { chromium as playwright, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLab } from '../../examples/lab/tests/lab-page.js';
import { findChromium, launchOptions } from '../browser/chromium.js';
import { serve, type Site } from '../package/pages/serve.js';
import { START } from './build.js';

let browser: Browser;
let site: Site;
beforeAll(async () => {
  site = await serve({ '/lab/': 'out/lab', '/docs/': 'docs/api', '/': START });
  browser = await playwright.launch(launchOptions(await findChromium()));
});
afterAll(async () => {
  await browser?.close();
  site?.close();
});

/** Opens a page of the site, and collects its errors. Only the site's whole build writes the font of formulas. */
async function open(path: string): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage({ locale: 'en-US' });
  const errors: string[] = [];
  page.on('response', (response) => {
    if (response.status() >= 400 && !response.url().endsWith('/math.css')) errors.push(response.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text());
  });
  page.on('pageerror', (error) => void errors.push(error.message));
  await page.goto(`${site.origin}/${path}`);
  return { page, errors };
}

test('the lab learns points by a VAE, and shows no error', async () => {
  const lab = await openLab(browser, `${site.origin}/lab/#v=1&f=vae&n=40&b=64&w=16`);
  await lab.finish();
  const losses = await lab.losses();
  expect(losses.length).toBeGreaterThan(4);
  expect(lab.errors).toEqual([]);
  await lab.close();
});

test('the start page runs its first program, and shows no error', async () => {
  const { page, errors } = await open('index.html');
  const button = page.locator('button.run:visible').first();
  await button.click();
  const result = button.locator('xpath=following-sibling::div[1]');
  const last = result.locator('p', { hasText: /^(?!Loading|Running)/ });
  await last.waitFor({ timeout: 300_000 });
  expect(await last.textContent()).toMatch(/^Done in \d+\.\d s\.$/);
  expect(errors).toEqual([]);
  await page.close();
});

test('a guide has its text, its formulas and its navigation, and shows no error', async () => {
  const { page, errors } = await open('docs/documents/Variational_autoencoders.html');
  await page.locator('.tsd-navigation a', { hasText: 'Diffusion models' }).first().waitFor({ state: 'attached' });
  expect(await page.locator('main math').count()).toBeGreaterThan(3);
  expect(errors).toEqual([]);
  await page.close();
});
