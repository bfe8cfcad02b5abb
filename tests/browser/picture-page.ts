import { build } from 'esbuild';
import { chromium as playwright, type Browser, type Page } from 'playwright';
import type * as entry from '../../src/browser/index.js';
import { launchOptions, type Chromium } from './chromium.js';

/** The page's own site, and another one. */
export const SITE = 'http://pictures.test';
export const OTHER_SITE = 'http://elsewhere.test';

/** A page that has the entry `/browser` as `door`, and whose servers answer with these files by path; `/never` has no answer. */
export async function openPicturePage(
  chromium: Chromium,
  files: Readonly<Record<string, { readonly type: string; readonly body: Uint8Array }>>,
): Promise<{ readonly browser: Browser; readonly page: Page }> {
  const { outputFiles } = await build({
    stdin: { contents: "export * from './src/browser/index.ts';", resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'door',
    target: 'es2022',
  });
  const browser = await playwright.launch(launchOptions(chromium));
  const page = await browser.newPage({ viewport: { width: 400, height: 300 } });
  await page.route('**/*', (route) => {
    const { pathname } = new URL(route.request().url());
    const file = files[pathname];
    if (pathname === '/never') return undefined;
    if (file !== undefined) return route.fulfill({ contentType: file.type, body: Buffer.from(file.body) });
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: '<!doctype html>' });
    return route.fulfill({ status: 404 });
  });
  await page.goto(`${SITE}/`);
  await page.addScriptTag({ content: `${outputFiles[0]!.text}; globalThis.door = door;` });
  return { browser, page };
}

/** Host data as sent by a page, or the message of the error. */
export type Seen =
  | { readonly shape: readonly number[]; readonly data: readonly number[] }
  | { readonly message: string };

/** The entry as seen by the page. */
export type Door = typeof entry;
