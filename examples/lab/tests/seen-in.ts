import type { Page } from 'playwright';
import { PNG } from 'pngjs';

/** How many colours a picture has: a canvas that was not drawn has one. */
export function coloursIn(png: Buffer): number {
  const { data } = PNG.sync.read(png);
  return new Set(new Uint32Array(data.buffer, data.byteOffset, data.length / 4)).size;
}

/** Opens the views that are closed. */
export async function openEveryView(page: Page): Promise<void> {
  for (const view of await page.locator('lab-view details:not([open]) > summary').all()) await view.click();
}
