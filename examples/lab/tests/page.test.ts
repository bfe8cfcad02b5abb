// The built lab in Chromium, served in different ways.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium as playwright, type Browser, type Page } from 'playwright';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { isolated } from '../../../tests/package/pages/cases.js';
import { serve, type Site } from '../../../tests/package/pages/serve.js';
import { openLab } from './lab-page.js';
import { coloursIn, openEveryView } from './seen-in.js';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const chromium = await findChromium().catch(() => undefined);
const built = 'out/lab';

describe.skipIf(chromium === undefined)('the page', () => {
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    site = await serve({ '/deep/path/': built, '/': built });
    browser = await playwright.launch(launchOptions(chromium!));
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  const at = (hash: string): string => `${site.origin}/${hash}`;
  const short = (family: string, updates = 40) => `#v=1&f=${family}&n=${updates}&b=64&w=16`;

  test.each([
    ['vae', 'loss'],
    ['gan', 'penalty'],
    ['diffusion', 'loss'],
  ])('learns points by %s, and draws and describes what it learned', async (family, metric) => {
    const lab = await openLab(browser, at(`#v=1&f=${family}&n=150&b=128`));
    await lab.page.locator('#start:enabled').waitFor();
    await lab.page.evaluate(
      "(window.announcements = [], new MutationObserver(() => announcements.push(1)).observe(document.querySelector('lab-transport .unseen[role=status]'), { childList: true, characterData: true, subtree: true }))",
    );
    await lab.finish();
    // that it began, that it has finished, and at most every five seconds in between
    const seconds = await lab.page.evaluate<number>('performance.now() / 1000');
    expect(await lab.page.evaluate('announcements.length')).toBeLessThan(3 + seconds / 5);
    const [names, ...lines] = (await lab.losses()).map((line) => line.split(','));
    const losses = lines.map((line) => Number(line[names!.indexOf(metric)]));
    expect(losses).toHaveLength(15);
    // the losses of a game need not fall, but its samples come closer to the data: before it, they are about 1 apart
    if (family === 'gan') {
      expect(losses.every(Number.isFinite)).toBe(true);
      const distance = Number(await lab.page.locator('lab-measures dd').first().innerText());
      expect(distance).toBeLessThan(0.2);
    } else expect(mean(losses.slice(-5))).toBeLessThan(0.97 * mean(losses.slice(0, 2)));
    for (const canvas of await lab.page.locator('lab-canvas canvas').all()) {
      await canvas.scrollIntoViewIfNeeded();
      expect(coloursIn(await canvas.screenshot())).toBeGreaterThan(20);
    }
    expect(coloursIn(await lab.download('#picture'))).toBeGreaterThan(20);
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test('a rewound run, a stopped one, one after a reload and one from the link have the same losses', async () => {
    const lab = await openLab(browser, at(short('vae', 120)));
    const { page } = lab;
    await lab.finish();
    const losses = await lab.losses();

    await page.locator('#rewind').click();
    await lab.finish();
    expect(await lab.losses()).toEqual(losses);

    await page.locator('#rewind').click();
    for (let i = 0; i < 3; i++) await page.locator('#step:enabled').click();
    await page.locator('p.status', { hasText: /Stopped, 3 of\s+120/ }).waitFor();
    // kept at the stop
    const done = 3;
    await page.waitForTimeout(1_500);
    await page.reload();
    await page.locator('#start:enabled').waitFor();
    await page.locator('p.status', { hasText: new RegExp(`Stopped, ${done} of\\s+120`) }).waitFor();
    await lab.finish();
    // reports between two starts are those of fewer updates
    const later = (lines: readonly string[]) => lines.filter((line) => Number(line.split(',')[0]) > done + 10);
    expect(later(await lab.losses())).toEqual(later(losses));

    const other = await openLab(browser, page.url());
    await other.finish();
    expect(await other.losses()).toEqual(losses);
    expect([...lab.errors, ...other.errors]).toEqual([]);
    await lab.close();
    await other.close();
  });

  test('a checkpoint that is saved and opened goes on, and what cannot be opened is said', async () => {
    const lab = await openLab(browser, at(short('gan')));
    const { page } = lab;
    await lab.finish();
    const losses = await lab.losses();
    await page.locator('#rewind').click();
    await page.locator('#step:enabled').click();
    await page.locator('p.status', { hasText: /Stopped, 1 of\s+40/ }).waitFor();
    const checkpoint = await lab.download('#checkpoint');
    const open = (name: string, buffer: Buffer) =>
      page.locator('#open-file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    const says = (text: RegExp) => page.locator('[role=alert]', { hasText: text }).waitFor();

    await page.locator('#family-vae').click();
    await open('run.safetensors', checkpoint.subarray(0, -10));
    await says(/cut short/);
    const damaged = Buffer.from(checkpoint);
    damaged[damaged.length - 5]! ^= 1;
    await open('run.safetensors', damaged);
    await says(/cannot be loaded, and the run before it stays.*damaged/);
    expect(await page.locator('#family-vae').getAttribute('aria-pressed')).toBe('true');
    await open('points.csv', Buffer.from('x\n1\n2\n'));
    await says(/only one column of numbers/);

    await open('run.safetensors', checkpoint);
    await says(/The run is at update 1\./);
    expect(await page.locator('#family-gan').getAttribute('aria-pressed')).toBe('true');
    await lab.finish();
    expect((await lab.losses()).slice(3)).toEqual(losses.slice(2));

    await open('points.csv', Buffer.from('x,y\n1,2\n3,4\n5,9\n'));
    await says(/3 points were read from the columns "x" and "y"/);
    await lab.finish();
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test('a run of pictures of one’s own goes on after a reload, with the same losses', async () => {
    const lab = await openLab(browser, at('#v=1&f=vae&d=emoji&b=16&h=8'));
    const { page } = lab;
    const files = Array.from({ length: 16 }, (_, i) => {
      const png = new PNG({ width: 8, height: 8 });
      png.data.forEach((__, at) => (png.data[at] = (at * (i + 7)) % 256));
      return { name: `own-${i}.png`, mimeType: 'image/png', buffer: PNG.sync.write(png) };
    });
    const update = async (made: number): Promise<void> => {
      await page.locator('#step:enabled').click();
      await page.locator('p.status', { hasText: new RegExp(`Stopped, ${made} of`) }).waitFor();
    };
    await page.locator('#start:enabled').waitFor();
    await page.locator('lab-own-pictures input.pictures').setInputFiles(files);
    await page.locator('#control-data option:checked', { hasText: 'Your pictures' }).waitFor({ state: 'attached' });
    await update(1);
    await update(2);
    await page.waitForTimeout(1_500);
    await page.reload();
    await page.locator('p.status', { hasText: /Stopped, 2 of/ }).waitFor();
    expect(await page.locator('#control-data').inputValue()).toBe('own');
    await update(3);
    const lossesByUpdate = async (): Promise<string[]> =>
      // epochs are counted from the reload on
      (await lab.losses()).map((line) => line.replace(/^(\d+),\d+/, '$1'));
    const losses = await lossesByUpdate();
    expect(losses).toHaveLength(4);
    await page.locator('#rewind').click();
    for (let made = 1; made <= 3; made++) await update(made);
    expect(await lossesByUpdate()).toEqual(losses);
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test.each([
    ['points', ''],
    ['pictures', '&d=clothes&b=8&h=8'],
  ])('one denoising step after the other leads from noise to samples of %s', async (kind, more) => {
    const lab = await openLab(browser, at(`${short('diffusion', kind === 'points' ? 20 : 2)}&c=4${more}`));
    const { page } = lab;
    await lab.finish();
    const step = async (): Promise<string> => {
      await page.locator('#denoise').click();
      return page.locator('output[for=noise]').innerText();
    };
    await step();
    // the way is computed
    await page.waitForTimeout(500);
    await expect.poll(step).toBe('0.00');
    // the last of the four calls, at the first timestep, has the level of its samples
    const levels: number[] = [];
    for (let call = 0; call < 4; call++) levels.push(Number(await step()));
    expect(levels[0]).toBeGreaterThan(0.98);
    expect(levels.at(-1)).toBe(0);
    expect(levels).toEqual([...levels].sort((a, b) => b - a));
    await step();
    if (kind === 'pictures') {
      const announcements = page.locator('lab-view', { hasText: 'From noise to a sample' }).locator('canvas');
      await expect
        .poll(() => announcements.getAttribute('aria-label'), { timeout: 10_000 })
        .toMatch(/in 4 calls of the network; after 0 of them the noise level is 0\.99/);
    }
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test('a link that differs from the kept run wins, and the run can be opened again', async () => {
    const lab = await openLab(browser, at(short('vae', 30)));
    const { page } = lab;
    await lab.finish();
    await page.waitForTimeout(1_500);
    await page.goto('about:blank');
    await page.goto(at(short('diffusion')));
    await page.locator('[role=alert]', { hasText: /Your last run is kept/ }).waitFor();
    expect(await page.locator('#family-diffusion').getAttribute('aria-pressed')).toBe('true');
    await page.locator('#last-run').click();
    await page.locator('p.status', { hasText: /30 of\s+30/ }).waitFor();
    expect(await page.locator('#family-vae').getAttribute('aria-pressed')).toBe('true');
    expect(await lab.losses()).toHaveLength(4);
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test('without IndexedDB it says so once, and trains, also where Intl does not know the language', async () => {
    const context = await browser.newContext({ locale: 'en-US' });
    await context.addInitScript(
      "Object.defineProperty(indexedDB, 'open', { value: () => { throw new DOMException('forbidden', 'SecurityError'); } })",
    );
    await context.addInitScript(
      "Object.defineProperty(navigator, 'language', { get: () => 'en-US@posix', configurable: true })",
    );
    const lab = await openLab(browser, at(short('vae')), { context });
    await lab.finish();
    await lab.page.locator('[role=alert]', { hasText: /cannot keep the run/ }).waitFor();
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test('it works under a subpath, without a network after one visit, and isolated from the second one on', async () => {
    site.sendHeaders({});
    const url = `${site.origin}/deep/path/${short('vae')}`;
    const lab = await openLab(browser, url);
    const { page, context } = lab;
    await lab.finish();
    expect(await page.evaluate('crossOriginIsolated')).toBe(false);
    await page.evaluate('navigator.serviceWorker.ready');
    await context.setOffline(true);
    const second = await openLab(browser, url.replace('f=vae', 'f=gan'), { context });
    await second.finish();
    expect(await second.page.evaluate('crossOriginIsolated')).toBe(true);
    expect(await second.page.evaluate('performance.getEntriesByType("navigation").length')).toBe(1);
    expect([...lab.errors, ...second.errors]).toEqual([]);
    await context.setOffline(false);
    await lab.close();
  });

  test('it works in an isolated page, with the same losses as without', async () => {
    const plain = await openLab(browser, at(short('vae')));
    await plain.finish();
    const losses = await plain.losses();
    await plain.close();
    site.sendHeaders(isolated);
    const lab = await openLab(browser, at(short('vae')));
    expect(await lab.page.evaluate('crossOriginIsolated')).toBe(true);
    await lab.finish();
    expect(await lab.losses()).toEqual(losses);
    expect(lab.errors).toEqual([]);
    await lab.close();
    site.sendHeaders({});
  });

  test.for(
    // every family has the same runtimes, and a software adapter takes more than ten seconds for each
    [
      ['gan', 'webgl'],
      ['diffusion', 'webgpu'],
    ] as const,
  )('a %s learns points on %s, or the page says why not', async ([family, runtime], { skip }) => {
    const lab = await openLab(browser, at(`${short(family, 30)}&e=${runtime}`));
    const { page } = lab;
    const failure = page.locator('[role=alert]', { hasText: /cannot start in this browser/ });
    await page.locator('#start:enabled').or(failure).first().waitFor();
    if (await failure.isVisible()) {
      const reason = await failure.innerText();
      await lab.close();
      skip(reason);
    }
    await lab.finish();
    const [names, ...lines] = (await lab.losses()).map((line) => line.split(','));
    const losses = lines.map((line) => Number(line[names!.indexOf(family === 'gan' ? 'generatorLoss' : 'loss')]));
    expect(losses).toHaveLength(3);
    // of a run on wasm: about 0.7 for a GAN, 0.5 to 1 for diffusion
    expect(losses.every((loss) => loss > 0.3 && loss < 1.5)).toBe(true);
    await page.locator('lab-runtimes summary').click();
    await page.locator('lab-runtimes li', { hasText: / ms an update/ }).waitFor();
    await openEveryView(page);
    for (const canvas of await page.locator('lab-canvas canvas').all()) {
      await canvas.scrollIntoViewIfNeeded();
      await expect.poll(async () => coloursIn(await canvas.screenshot()), { timeout: 60_000 }).toBeGreaterThan(20);
    }
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test('a missing file, and a worker that dies, are said with a way on', async () => {
    const context = await browser.newContext({ locale: 'en-US', serviceWorkers: 'block' });
    let isMissing = true;
    await context.route(/\.wasm$/, (route) => (isMissing ? route.fulfill({ status: 404 }) : route.continue()));
    const lab = await openLab(browser, at(short('vae')), { context });
    const { page } = lab;
    await page.locator('[role=alert]', { hasText: /A file of WebAssembly did not arrive \(status 404/ }).waitFor();
    isMissing = false;
    await page.locator('#again').click();
    await lab.finish();
    const losses = await lab.losses();

    await page.locator('#rewind').click();
    for (let made = 1; made <= 2; made++) {
      await page.locator('#step:enabled').click();
      await page.locator('p.status', { hasText: new RegExp(`Stopped, ${made} of`) }).waitFor();
    }
    await page.waitForTimeout(1_000);
    const [worker] = page.workers();
    await worker!.evaluate('self.close()').catch(() => undefined);
    await page.locator('[role=alert]', { hasText: /The worker that trains has stopped/ }).waitFor();
    await page.locator('#again').click();
    await page.locator('p.status', { hasText: /Stopped, 2 of/ }).waitFor();
    await lab.finish();
    expect((await lab.losses()).at(-1)).toBe(losses.at(-1));
    await context.close();
  });

  test('nobody can put a script into the page, and a frame shows one view', async () => {
    const lab = await openLab(browser, `${site.origin}/index.html?embed${short('vae')}`);
    expect(await lab.page.locator('lab-controls').count()).toBe(0);
    await lab.page.evaluate(
      `document.body.innerHTML = '<iframe src="${site.origin}/index.html?embed${short('gan')}" width="400" height="700"></iframe>'`,
    );
    const frame = lab.page.frameLocator('iframe');
    await frame.locator('#start:enabled').click();
    await frame.locator('p.status', { hasText: /Finished/ }).waitFor();
    expect(lab.errors).toEqual([]);
    await lab.page.evaluate(
      "document.body.append(Object.assign(document.createElement('script'), { text: 'window.hacked = 1' }))",
    );
    expect(await lab.page.evaluate('window.hacked')).toBeUndefined();
    await lab.close();
  });

  const screens = { wide: { width: 1_400, height: 900 }, phone: { width: 360, height: 740 } };
  test.each(['wide', 'phone'] as const)(
    'axe finds nothing serious in a page that is %s, in any family, light or dark, and nothing is wider than the screen',
    async (screen) => {
      const lab = await openLab(browser, at(short('gan')), { viewport: screens[screen] });
      const { page } = lab;
      await lab.finish();
      // the page's own policy stays in force
      await page.evaluate(readFileSync(axe, 'utf8'));
      for (const family of ['gan', 'vae', 'diffusion', 'tokens']) {
        if (family !== 'gan') await page.locator(`#family-${family}`).click();
        await page.locator(`#family-${family}[aria-pressed=true]`).waitFor();
        await page.locator('#rewind:enabled').waitFor();
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await seriousIn(page), `${family}, ${colorScheme}`).toEqual([]);
        }
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      }
      expect(lab.errors).toEqual([]);
      await lab.close();
    },
  );

  test.each([
    ['the stories', '#', ''],
    ['a story', '#v=1&f=gan&d=ring&story=3', ''],
    ['the families side by side', '#v=1&d=ring&side=1', ''],
    ['pictures', '#v=1&f=vae&d=clothes&h=8', ''],
    ['words', '#v=1&f=tokens', ''],
    ['a frame', '#v=1&f=vae', '?embed=latents'],
  ])('axe finds nothing serious in %s, on a phone, light or dark', async (_, hash, search) => {
    const lab = await openLab(browser, `${site.origin}/index.html${search}${hash}`, { viewport: screens.phone });
    const { page } = lab;
    await page.locator('#start:enabled, #start-all:enabled').waitFor();
    await page.evaluate(readFileSync(axe, 'utf8'));
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await seriousIn(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    if (search === '' && !hash.includes('side')) {
      await page.locator('#settings').click();
      await page.locator('#program').click();
      await page.locator('.hiding summary').evaluate((summary) => (summary as HTMLElement).click());
    }
    expect(await seriousIn(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test('a teacher hides controls, which those who follow the link do not see', async () => {
    const lab = await openLab(browser, at(short('vae')));
    const { page } = lab;
    const hide = (label: string) => page.locator('.hiding label', { hasText: label }).click();
    await page.locator('.hiding summary').click();
    await hide('Learning rate');
    await hide('Batch');
    await hide('Seed');
    await hide('Seed');
    expect(await page.evaluate('location.hash')).toMatch(/&hide=r\.b$|&hide=b\.r$/);
    expect(await page.locator('#control-rate, #control-batch').count()).toBe(0);
    await page.reload();
    expect(await page.locator('.hiding input:not(:checked)').count()).toBe(2);
    const pupil = await openLab(browser, page.url());
    await pupil.page.locator('#control-seed').waitFor();
    expect(await pupil.page.locator('#control-rate, #control-batch, .hiding').count()).toBe(0);
    await pupil.page.reload();
    await pupil.page.locator('#control-seed').waitFor();
    expect(await pupil.page.locator('.hiding').count()).toBe(0);
    await lab.close();
    await pupil.close();
  });

  test('a full storage is said once, and broken pictures or one 12,000 pixels wide stop nothing', async () => {
    const context = await browser.newContext({ locale: 'en-US' });
    await context.addInitScript(
      "IDBObjectStore.prototype.put = () => { throw new DOMException('no room', 'QuotaExceededError'); }",
    );
    const lab = await openLab(browser, at(short('vae')), { context });
    const { page } = lab;
    await page.locator('#start:enabled').waitFor();
    const png = (name: string, width: number, height: number) => {
      const picture = new PNG({ width, height });
      picture.data.forEach((_, i) => (picture.data[i] = (i * (name.length + 7)) % 256));
      return { name, mimeType: 'image/png', buffer: PNG.sync.write(picture) };
    };
    const small = Array.from({ length: 8 }, (_, i) => png(`${'o'.repeat(i)}k.png`, 8, 8));
    const broken = { name: 'broken.png', mimeType: 'image/png', buffer: small[0]!.buffer.subarray(0, 40) };
    await page
      .locator('lab-own-pictures input.pictures')
      .setInputFiles([...small, png('wide.png', 12_000, 20), broken]);
    await page.locator('[role=alert]', { hasText: 'This browser cannot read broken.png as a picture.' }).waitFor();
    expect(await page.locator('#control-data').inputValue()).toBe('own');
    await page.locator('#step:enabled').click();
    await page.locator('[role=alert]', { hasText: /its storage is full/ }).waitFor();
    await page.locator('#step:enabled').click();
    await page.locator('p.status', { hasText: /Stopped, 2 of/ }).waitFor();
    expect(lab.errors).toEqual([]);
    await context.close();
  });

  test('the keyboard alone draws, trains and saves', async () => {
    const lab = await openLab(browser, at(short('vae', 20)));
    const { page } = lab;
    await page.locator('#start:enabled').waitFor();
    const goTo = async (selector: string): Promise<void> => {
      for (let i = 0; i < 200; i++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
      }
      throw new Error(`The keyboard does not reach ${selector}.`);
    };
    await goTo('#draw');
    await page.keyboard.press('Enter');
    await goTo('lab-plane lab-canvas');
    for (const key of ['Space', 'ArrowRight', 'Space', 'ArrowUp', 'ArrowUp', 'Space']) await page.keyboard.press(key);
    await goTo('#done');
    await page.keyboard.press('Enter');
    await page.locator('#start:enabled').waitFor();
    await goTo('#start');
    await page.keyboard.press('Enter');
    await page.locator('p.status', { hasText: /Finished/ }).waitFor();
    await goTo('#checkpoint');
    const [file] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(file.suggestedFilename()).toBe('vae-checkpoint.safetensors');
    expect(lab.errors).toEqual([]);
    await lab.close();
  });
});

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** What axe calls serious or critical in a page. */
async function seriousIn(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  }>('axe.run(document, { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}
