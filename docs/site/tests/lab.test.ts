import { chromium as playwright } from 'playwright';
import { expect, test } from 'vitest';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { serve } from '../../../tests/package/pages/serve.js';

test('the lab links back to the site, except in a frame', async () => {
  const site = await serve({ '/': 'out/site' });
  const browser = await playwright.launch(launchOptions(await findChromium()));
  try {
    const page = await browser.newPage({ locale: 'en-US' });
    await page.goto(`${site.origin}/lab/index.html#v=1&f=vae`);
    await page.getByRole('link', { name: 'For teachers' }).waitFor();
    await page.goto(`${site.origin}/lab/index.html?embed#v=1&f=vae`);
    await page.locator('main.embedded').waitFor();
    expect(await page.getByRole('link', { name: 'For teachers' }).isVisible()).toBe(false);
  } finally {
    await browser.close();
    site.close();
  }
});
