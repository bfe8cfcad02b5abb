import { build } from 'esbuild';
import { chromium as playwright, type Browser, type Page } from 'playwright';
import { launchOptions, type Chromium } from '../chromium.js';
import type { Accidents } from './page.js';

export const SCRIPT = '/accidents.js';

/** Opens tabs of one site; their pages have the functions of page.ts. */
export async function openPages(chromium: Chromium) {
  const { outputFiles } = await build({
    entryPoints: ['tests/browser/accidents/page.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    mainFields: ['module', 'main'],
  });
  const script = outputFiles[0]!.text;
  const browser: Browser = await playwright.launch(launchOptions(chromium));
  const context = await browser.newContext();
  await context.route('http://localhost/**', (route) =>
    new URL(route.request().url()).pathname === SCRIPT
      ? route.fulfill({ contentType: 'text/javascript', body: script })
      : route.fulfill({ contentType: 'text/html', body: `<!doctype html><script src="${SCRIPT}"></script>` }),
  );
  return {
    /** Calls a function of page.ts in a tab of its own. */
    async inTab<K extends keyof Accidents>(name: K, ...parameters: Parameters<Accidents[K]>) {
      const page: Page = await context.newPage();
      try {
        await page.goto('http://localhost/');
        const call = `accidents.${name}(...${JSON.stringify(parameters)})`;
        return await page.evaluate<Awaited<ReturnType<Accidents[K]>>>(call);
      } finally {
        await page.close();
      }
    },
    close: () => browser.close(),
  };
}
