import { chromium as playwright, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchOptions } from '../browser/chromium.js';
import { serve, type Site } from '../package/pages/serve.js';

describe('the link for a class', () => {
  let browser: Browser;
  let site: Site;
  let page: Page;
  beforeAll(async () => {
    site = await serve({ '/': 'out/site' });
    browser = await playwright.launch(launchOptions(await findChromium()));
    page = await browser.newPage({ locale: 'en-US' });
    page.on('pageerror', (error) => expect.soft(error.message).toBe(''));
    await page.goto(`${site.origin}/docs/documents/Teaching_a_class.html`);
    await page.locator('#class-link .boxes label').first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  const link = (): Promise<string> => page.inputValue('#class-link [name=link]');

  test('opens in the lab without the controls that were ticked', async () => {
    const lab = `${site.origin}/lab/index.html`;
    await page.fill('#class-link [name=lab]', `${lab}#v=1&f=gan&d=ring&r=0.01&hide=b`);
    await page.getByLabel('Seed').check();
    await page.getByLabel('Width').check();
    expect(await page.getByLabel('Batch').isChecked()).toBe(true);
    expect(await link()).toBe(`${lab}#v=1&f=gan&d=ring&r=0.01&hide=s.b.w`);
    await page.getByLabel('Batch').uncheck();
    const opened = await browser.newPage({ locale: 'en-US' });
    await opened.goto(await link());
    await opened.locator('#control-rate').waitFor();
    expect(await opened.locator('#control-seed, #control-width').count()).toBe(0);
    expect(await opened.locator('#control-batch').count()).toBe(1);
    await opened.close();
  });

  test('keeps the address of another lab, and says what is wrong in an experiment', async () => {
    await page.fill('#class-link [name=lab]', 'https://school.example/lab/#v=1&f=vae&b=4');
    expect(await link()).toMatch(/^https:\/\/school\.example\/lab\/#v=1&f=vae/);
    expect(await page.locator('#class-link [role=status]').textContent()).toContain('Batch is a whole number');
    await page.fill('#class-link [name=lab]', 'javascript:alert(1)#v=1&f=vae');
    expect(await link()).toBe(`${site.origin}/lab/index.html#v=1&f=vae`);
  });
});

test('the way back from the lab is not in a frame', async () => {
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
