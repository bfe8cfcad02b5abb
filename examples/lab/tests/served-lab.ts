import { chromium as playwright, type Browser } from 'playwright';
import { afterAll, beforeAll } from 'vitest';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { serve, type Site } from '../../../tests/package/pages/serve.js';
import { openLab, type LabOptions, type LabPage } from './lab-page.js';

const chromium = await findChromium().catch(() => undefined);

/** Whether no Chromium was found, so that pages cannot be opened. */
export const isWithoutChromium = chromium === undefined;

/** Serves the built lab for a group of tests, and starts Chromium; returns what opens an experiment, or none, in another page of the lab such as `?embed` if one is named. */
export function serveLab(): (link: string | undefined, page?: string, options?: LabOptions) => Promise<LabPage> {
  let site: Site;
  let browser: Browser;
  beforeAll(async () => {
    site = await serve({ '/': 'out/lab' });
    browser = await playwright.launch(launchOptions(chromium!));
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });
  return (link, page = '', options = {}) =>
    openLab(browser, `${site.origin}/${page}${link === undefined ? '' : `#v=1&${link}`}`, options);
}
