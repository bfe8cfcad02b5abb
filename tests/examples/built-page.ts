import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as playwright, type Browser } from 'playwright';
import { build, preview } from 'vite';
import { findChromium, launchOptions } from '../browser/chromium.js';

/** Chromium, if there is one. */
export const chromium = await findChromium().catch(() => undefined);

/** The page of an example as it is published, served to a browser. */
export interface BuiltPage {
  readonly address: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Builds the page of an example, serves it, and starts Chromium. */
export async function openBuiltPage(example: string): Promise<BuiltPage> {
  const outDir = mkdtempSync(join(tmpdir(), `${example}-`));
  const browser = await playwright.launch(launchOptions(chromium!));
  await build({
    configFile: 'examples/vite.config.ts',
    root: `examples/${example}`,
    base: './',
    logLevel: 'silent',
    build: { target: 'es2022', outDir, emptyOutDir: true, minify: false },
  });
  const server = await preview({
    configFile: false,
    logLevel: 'silent',
    build: { outDir },
    preview: { port: 0, host: '127.0.0.1' },
  });
  return {
    address: server.resolvedUrls!.local[0]!,
    browser,
    close: async () => {
      await browser.close();
      await server.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}
