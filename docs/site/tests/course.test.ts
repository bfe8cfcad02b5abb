import { createRequire } from 'node:module';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type * as AxeCore from 'axe-core';
import { chromium as playwright, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { order, pieces } from '../../../examples/course/order.js';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { serve, type Site } from '../../../tests/package/pages/serve.js';

const COURSE = 'out/site/course';
const solution = (name: string) =>
  readFile(`examples/course/solutions/${name}.${name === 'broken-trainings' ? 'json' : 'ts'}`, 'utf8');

describe('the course in a page', () => {
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    site = await serve({ '/': 'out/site' });
    browser = await playwright.launch(launchOptions(await findChromium()));
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  async function open(name: string, options: BrowserContextOptions = {}, ready = '.cm-content'): Promise<Page> {
    const page = await (await browser.newContext({ locale: 'en-US', ...options })).newPage();
    page.on('pageerror', (error) => expect.soft(error.message).toBe(''));
    await page.goto(`${site.origin}/course/index.html#${name}`);
    await page.locator(ready).first().waitFor();
    return page;
  }

  /** Replaces the text of the editor by pasting. */
  async function write(page: Page, text: string): Promise<void> {
    await page.locator('.cm-content').focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(text);
  }

  /** Checks with the keyboard, and waits for the points. */
  async function points(page: Page): Promise<string> {
    await page.keyboard.press('ControlOrMeta+Enter');
    return pointsShown(page);
  }

  async function pointsShown(page: Page): Promise<string> {
    // a training takes long on a busy machine
    await page.locator('#outcome[aria-busy=false] li').first().waitFor({ timeout: 120_000 });
    return page.locator('#verdict b').innerText();
  }

  test('has all exercises in their order, with formulas and a stub', async () => {
    const page = await open(order[0]);
    expect(await page.locator('#exercises li').count()).toBe(order.length + pieces.length);
    for (const name of order) {
      await page.goto(`${site.origin}/course/index.html#${name}`);
      await page.locator(`#exercises a[href="#${name}"][aria-current]`).waitFor();
      expect(await page.locator('article math').count(), name).toBeGreaterThan(0);
      // a full stop stands on the line of its formula
      const alone = page.locator('article span:has(> math)').filter({ hasText: /[.,;:)]$/ });
      expect(await alone.evaluateAll((ends) => ends.filter((end) => end.getClientRects().length > 1).length)).toBe(0);
      expect(await page.locator('.cm-content').innerText()).toContain('export function');
    }
    await page.context().close();
  });

  test.each(['gaussian-kl', 'gan-update', 'ddim-sample'])('%s goes from a wrong stub to full points', async (name) => {
    const page = await open(name);
    await page.locator('.cm-content').focus();
    expect(await points(page)).toMatch(/^0 of /);
    await page.click('#hint');
    await page.locator('.hint').waitFor();
    await write(page, await solution(name));
    const [score, most] = (await points(page)).match(/\d+/g)!;
    expect(score, await page.locator('#result').innerText()).toBe(most);
    await page.locator('#exercises li', { hasText: 'done' }).waitFor();
    // it is kept after a reload
    await page.reload();
    await page.locator('#exercises li', { hasText: 'done' }).waitFor();
    const [alone] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
    expect(alone.suggestedFilename()).toBe(`${name}.ts`);
    expect(await readFile(await alone.path(), 'utf8')).toBe(await solution(name));
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#export')]);
    expect(file.suggestedFilename()).toBe('progress.json');
    expect(JSON.parse(await readFile(await file.path(), 'utf8'))).toMatchObject({ passed: [name] });
    await page.context().close();
  });

  test('a training imports the answers to earlier exercises, and is graded by its points', async () => {
    const page = await open('two-moons-vae');
    await write(page, 'export const twoMoonsVae = () => (noise) => noise;');
    expect(await points(page)).toMatch(/^0 of /);
    for (const name of ['reparameterize', 'gaussian-kl']) {
      await page.goto(`${site.origin}/course/index.html#${name}`);
      await page.locator(`#exercises a[href="#${name}"][aria-current]`).waitFor();
      await write(page, await solution(name));
    }
    await page.goto(`${site.origin}/course/index.html#two-moons-vae`);
    await page.locator('#exercises a[href="#two-moons-vae"][aria-current]').waitFor();
    await write(page, (await solution('two-moons-vae')).replace('./gaussian-kl.js', './02-gaussian-kl'));
    expect(await points(page), await page.locator('#result').innerText()).toBe('10 of 10 points');
    expect(await page.locator('#result svg').count()).toBe(1);
    await page.context().close();
  });

  test('the broken trainings are answered with menus under their pictures, which fill in a file', async () => {
    const page = await open('broken-trainings', {}, 'fieldset');
    expect(await page.locator('article svg').count()).toBe(4);
    // nothing runs, so there is hardly anything to wait for
    await page.click('#check');
    expect(await pointsShown(page)).toBe('0 of 8 points');
    expect(await page.locator('#result').innerText()).toBe('✗ Run a has no disease yet.');
    const right = JSON.parse(await solution('broken-trainings')) as Record<string, Record<string, string>>;
    for (const [run, words] of Object.entries(right)) {
      const form = page.getByRole('group', { name: `Run ${run}`, exact: true });
      await form.getByLabel('What it suffers from').selectOption(words['disease']!);
      await form.getByLabel('What helps').selectOption(words['cure']!);
    }
    await page.reload();
    await page.click('#check');
    expect(await pointsShown(page)).toBe('8 of 8 points');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
    expect(file.suggestedFilename()).toBe('broken-trainings.json');
    expect(JSON.parse(await readFile(await file.path(), 'utf8'))).toEqual(right);
    await page.context().close();
  });

  test.each([
    ['wide', { viewport: { width: 1280, height: 720 } }],
    ['a phone', { viewport: { width: 390, height: 740 }, hasTouch: true }],
  ])('the verdict is in sight after a check and is announced: %s', async (_, options) => {
    const page = await open('elbo', { ...options, reducedMotion: 'reduce' });
    await page.evaluate(() => scrollTo(0, 0));
    await page.locator('.cm-content').focus();
    await points(page);
    const seen = await page.locator('#verdict').boundingBox();
    expect(seen!.y).toBeGreaterThanOrEqual(0);
    expect(seen!.y + seen!.height).toBeLessThanOrEqual(options.viewport.height);
    expect(await page.getByRole('status').textContent()).toMatch(/^0 of 10 points\. Your answer is wrong: /);
    await page.context().close();
  });

  test('starting over can be undone, also after a reload', async () => {
    const page = await open('elbo');
    const stub = await page.locator('.cm-content').innerText();
    await write(page, 'my work');
    await page.click('#reset');
    expect(await page.locator('.cm-content').innerText()).toBe(stub);
    await page.reload();
    await page.getByRole('button', { name: 'Undo: bring my answer back' }).click();
    expect(await page.locator('.cm-content').innerText()).toBe('my work');
    await page.context().close();
  });

  test('names a mistake, stops an endless answer, and reports a syntax error', async () => {
    const page = await open('gaussian-kl');
    const right = await solution('gaussian-kl');
    await write(page, right.replaceAll('0.5', '1'));
    await points(page);
    expect(await page.locator('#result').innerText()).toContain('the factor 1/2 is missing');
    await write(page, `${right}\nfor (;;);`);
    expect(await points(page)).toMatch(/^0 of /);
    expect(await page.locator('#result').innerText()).toContain('It was stopped after 5 s');
    await write(page, 'export function gaussianKl(: number) {}');
    await points(page);
    expect(await page.locator('#result').innerText()).toContain('does not parse');
    // a hint would be about the formula
    expect(await page.locator('#hint').isDisabled()).toBe(true);
    await page.context().close();
  });

  test('fits a phone and works there', async () => {
    const page = await open('reparameterize', { viewport: { width: 360, height: 740 }, hasTouch: true });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    // the list is below the exercise
    expect(await page.locator('#place').innerText()).toBe(`Exercise 1 of ${order.length + pieces.length}`);
    await page.locator('#all').tap();
    expect(await page.evaluate(() => document.activeElement!.getAttribute('href'))).toBe('#reparameterize');
    await page.goto(`${site.origin}/course/index.html#masked-bound`);
    await page.locator('.scrolls.after .formula').waitFor();
    await page.locator('.formula').evaluate((formula) => formula.scrollTo(1000, 0));
    await page.locator('.scrolls.before:not(.after) .formula').waitFor();
    await page.goto(`${site.origin}/course/index.html#reparameterize`);
    await page.locator('#exercises a[href="#reparameterize"][aria-current]').waitFor();
    await write(page, await solution('reparameterize'));
    await page.locator('#check').tap();
    expect(await pointsShown(page)).toMatch(/^(\d+) of \1 points$/);
    await page.context().close();
  });

  test('axe finds nothing serious in light and in dark', async () => {
    for (const [name, colorScheme, ready] of [
      ['elbo', 'dark', '.cm-content'],
      ['broken-trainings', 'light', 'fieldset'],
    ] as const) {
      const page = await open(name, { colorScheme }, ready);
      await page.click('#check');
      await pointsShown(page);
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
      const serious = await page.evaluate(async () => {
        const { violations } = await (window as unknown as { axe: typeof AxeCore }).axe.run();
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 120)}`);
      });
      expect(serious).toEqual([]);
      await page.context().close();
    }
  });

  test('no solution is among its files', async () => {
    const files = (await readdir(COURSE, { recursive: true })).filter((file) => /\.(js|html|json|map)$/.test(file));
    const texts = await Promise.all(files.map((file) => readFile(join(COURSE, file), 'utf8')));
    const squeezed = texts.join('\n').replaceAll(/\s+/g, '');
    for (const name of [...order, ...pieces]) {
      const body = (await solution(name)).split('\n').slice(-4, -2).join('').replaceAll(/\s+/g, '');
      expect(squeezed.includes(body), name).toBe(false);
    }
    const { a, b, c, d } = JSON.parse(await solution('broken-trainings')) as Record<
      string,
      { readonly disease: string }
    >;
    const words = [a, b, c, d].map((each) => each!.disease).join();
    expect(squeezed.replaceAll(/[^\w,-]/g, '').includes(words)).toBe(false);
  });
});
