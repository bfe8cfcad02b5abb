// Pictures in the built lab in Chromium: each family learns them, runs of them are kept, and classes are chosen.
import type { Page } from 'playwright';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { coloursIn, openEveryView } from './seen-in.js';
import { isWithoutChromium, serveLab } from './served-lab.js';

describe.skipIf(isWithoutChromium)('a page of pictures', () => {
  const open = serveLab();
  /** Makes an update, and waits for it. */
  const update = async (page: Page, made: number): Promise<void> => {
    await page.locator('#step:enabled').click();
    await page.locator('p.status', { hasText: new RegExp(`(Stopped|Finished), ${made} of`) }).waitFor();
  };

  test.each([
    ['vae', 20],
    ['gan', 8],
    ['diffusion', 6],
  ])('learns clothes by %s, with every view, and samples the class that is chosen', async (family, updates) => {
    const lab = await open(`f=${family}&d=clothes&n=${updates}&b=16&h=8${family === 'diffusion' ? '&c=3' : ''}`);
    const { page } = lab;
    await lab.finish();
    await openEveryView(page);
    for (const canvas of await page.locator('lab-canvas canvas').all()) {
      await canvas.scrollIntoViewIfNeeded();
      expect(coloursIn(await canvas.screenshot())).toBeGreaterThan(20);
    }
    expect(coloursIn(await lab.download('#picture'))).toBeGreaterThan(20);
    const canvas = page.locator('lab-pictures canvas');
    // a sentence for screen readers, which is at most every five seconds another one; by then the last samples are drawn
    await expect
      .poll(() => canvas.getAttribute('aria-label'), { timeout: 30_000 })
      .toMatch(new RegExp(`20 samples after ${updates} updates; .* take turns: T-shirt, Trousers, .* Boot\\.`));
    // The first two rows of samples, below two lines of text: browsers may draw letters in two ways. A screenshot would also depend on how
    // far the page is scrolled; what is out of sight is not drawn, and a look may come before the last drawing.
    const look = async (): Promise<string> => {
      await canvas.scrollIntoViewIfNeeded();
      await page.waitForTimeout(500);
      return page.evaluate<string>(
        "document.querySelector('lab-pictures canvas').getContext('2d').getImageData(0, 46, 280, 100).data.join()",
      );
    };
    const drawn = async (): Promise<string> => {
      let before = await look();
      for (let now = await look(); now !== before; now = await look()) before = now;
      return before;
    };
    const inTurn = await drawn();
    const isInTurn = async (): Promise<boolean> => (await drawn()) === inTurn;
    await page.locator('#control-shown').selectOption({ label: 'Boot' });
    await expect.poll(isInTurn, { timeout: 30_000 }).toBe(false);
    await page.locator('#control-shown').selectOption({ label: 'All classes in turn' });
    await expect.poll(isInTurn, { timeout: 30_000 }).toBe(true);
    expect(await page.locator('lab-take-away dialog p').first().textContent()).toMatch(/the same losses/);
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  // clothes and emoji take the same way
  test('a run of kinds is kept, and goes on after a reload, with the same losses', async () => {
    const lab = await open('f=vae&d=kinds&b=16&h=8&n=4');
    const { page } = lab;
    const losses = async () => (await lab.losses()).map((line) => line.replace(/^(\d+),\d+/, '$1'));
    await page.locator('#start:enabled').waitFor();
    for (const made of [1, 2]) await update(page, made);
    await page.waitForTimeout(1_500);
    await page.reload();
    await page.locator('p.status', { hasText: /Stopped, 2 of/ }).waitFor();
    expect(await page.locator('#control-data').inputValue()).toBe('kinds');
    for (const made of [3, 4]) await update(page, made);
    const resumed = await losses();
    expect(resumed).toHaveLength(5);
    await page.locator('#rewind').click();
    await page.locator('p.status', { hasText: /Ready, 0 of/ }).waitFor();
    for (const made of [1, 2, 3, 4]) await update(page, made);
    expect(await losses()).toEqual(resumed);
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test('a folder of one’s own pictures gives classes, which are there after a reload', async () => {
    const lab = await open('f=diffusion&d=moons');
    const { page } = lab;
    await page.locator('#start:enabled').waitFor();
    const { mkdtempSync, mkdirSync, writeFileSync, rmSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const folder = mkdtempSync(`${tmpdir()}/lab-classes-`);
    for (const name of ['dots', 'lines']) {
      mkdirSync(`${folder}/${name}`);
      for (let i = 0; i < 5; i++) {
        const png = new PNG({ width: 8, height: 8 });
        png.data.forEach((_, at) => (png.data[at] = (at * (i + 7)) % 256));
        writeFileSync(`${folder}/${name}/${i}.png`, PNG.sync.write(png));
      }
      writeFileSync(`${folder}/${name}/notes.txt`, 'no picture');
    }
    await page.locator('lab-own-pictures input.folder').setInputFiles(folder);
    await page.locator('#control-data option:checked', { hasText: 'Your pictures' }).waitFor({ state: 'attached' });
    expect(await page.locator('#control-shown option').allInnerTexts()).toEqual([
      'All classes in turn',
      'dots',
      'lines',
    ]);
    await update(page, 1);
    await page.waitForTimeout(1_500);
    await page.reload();
    await page.locator('p.status', { hasText: /Stopped, 1 of/ }).waitFor();
    expect(await page.locator('#control-shown option').allInnerTexts()).toEqual([
      'All classes in turn',
      'dots',
      'lines',
    ]);
    await update(page, 2);
    expect(lab.errors).toEqual([]);
    rmSync(folder, { recursive: true });
    await lab.close();
  });

  test('a frame shows the samples of pictures, or the view that its address names', async () => {
    const lab = await open('f=vae&d=clothes&n=3&b=16&h=8', 'index.html?embed');
    await lab.finish();
    expect(coloursIn(await lab.page.locator('lab-pictures canvas').screenshot())).toBeGreaterThan(20);
    await lab.close();
    const other = await open('f=vae&d=ring&n=30&b=64&w=16', 'index.html?embed=latents');
    await other.finish();
    expect(await other.page.locator('lab-canvas').count()).toBe(1);
    expect(coloursIn(await other.page.locator('lab-view canvas').screenshot())).toBeGreaterThan(20);
    expect([...lab.errors, ...other.errors]).toEqual([]);
    await other.close();
  });
});
