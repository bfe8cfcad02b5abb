// What one plays with in the built lab: sliders that act while they are dragged, the sheet of a phone, the timeline, a GIF, and a model file.
import type { Page } from 'playwright';
import { createGenerator, createRandom, mlp } from 'tfjs-generative';
import { saveModel } from 'tfjs-generative/model';
import { describe, expect, test } from 'vitest';
import { isWithoutChromium, serveLab } from './served-lab.js';

/** Whether the plane has been painted. */
const IS_DRAWN = `(() => {
  const canvas = document.querySelector('lab-plane canvas');
  return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean);
})()`;
/** The sum of layout shifts until now, without those after an input. */
const LAYOUT_SHIFT = `new Promise((resolve) => {
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) shift += value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => resolve(shift), 200);
})`;

describe.skipIf(isWithoutChromium)('in the page', () => {
  const open = serveLab();

  /** Moves a slider without letting go of it. */
  const drag = (page: Page, id: string, value: number): Promise<void> =>
    page.locator(id).evaluate((element, next) => {
      const input = element as unknown as { value: string; dispatchEvent(event: Event): void };
      input.value = String(next);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }, value);

  test('a story sets its experiment, sliders act while they are dragged, and the timeline goes back', async () => {
    const { page, errors, ...lab } = await open('story=3&n=120');
    expect(await page.locator('#control-loss').inputValue()).toBe('least-squares');
    await lab.finish();

    // at once, and without a restart
    await drag(page, '#control-ratio', 4);
    expect(await page.evaluate('location.hash')).toContain('&j=4');
    // of a new run, once it rests
    await drag(page, '#control-width', 32);
    await drag(page, '#control-width', 40);
    expect(await page.locator('#control-width + input').inputValue()).toBe('40');
    await expect.poll(() => page.evaluate('location.hash')).toContain('&w=40');

    await lab.finish();
    const timeline = page.locator('#timeline');
    await drag(page, '#timeline', 0);
    const early = await page.locator('output[for=timeline]').innerText();
    expect(Number(/\d+/.exec(early)![0])).toBeLessThan(120);
    await drag(page, '#timeline', Number(await timeline.getAttribute('max')));
    expect(await page.locator('output[for=timeline]').innerText()).toBe('update 120');

    const gif = await lab.download('#film');
    expect(gif.subarray(0, 6).toString()).toBe('GIF89a');
    // a graphic control extension for each frame
    const images = gif.toString('latin1').split('\x21\xf9\x04').length - 1;
    expect(images).toBe(Number(await timeline.getAttribute('max')) + 1);
    expect(errors).toEqual([]);
    await lab.close();
  });

  test('a phone shows the plane first, and the controls as a sheet that leaves it in sight', async () => {
    const viewport = { width: 390, height: 844 };
    const { page, errors, ...lab } = await open('f=gan', '', { viewport });
    await page.locator('#start:enabled').waitFor();
    await expect.poll(() => page.evaluate(IS_DRAWN)).toBe(true);
    expect(await page.evaluate(LAYOUT_SHIFT), 'nothing moves when it is drawn').toBeLessThan(0.05);
    const bottomOf = async (one: string): Promise<number> => {
      const { y, height } = (await page.locator(one).first().boundingBox())!;
      return y + height;
    };
    expect(await bottomOf('lab-plane canvas')).toBeLessThan(0.65 * viewport.height);
    expect(await bottomOf('#start')).toBeLessThan(viewport.height);
    const sheet = page.locator('#control-rate');
    expect(await sheet.isVisible()).toBe(false);
    await page.locator('#settings').click();
    await sheet.waitFor();
    expect((await page.locator('#sheet').boundingBox())!.y).toBeGreaterThan(0.4 * viewport.height);
    await sheet.focus();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
    expect(errors).toEqual([]);
    await lab.close();
  });

  /** Where an element begins and ends on the screen. */
  const edgesOf = async (page: Page, one: string): Promise<readonly [top: number, bottom: number]> => {
    const { y, height } = (await page.locator(one).first().boundingBox())!;
    return [y, y + height];
  };

  test.each(['vae', 'gan', 'diffusion', 'drifting', ''])(
    'a low screen shows the plane, Start, the rate and the loss together, of %s',
    async (family) => {
      const viewport = { width: 1_280, height: 720 };
      // without a link, the list of stories is there, too
      const { page, ...lab } = await open(family === '' ? undefined : `f=${family}&d=ring`, '', { viewport });
      await page.locator('#start:enabled').waitFor();
      await page.locator('lab-curves .plot canvas').waitFor();
      for (const one of ['lab-plane canvas', '#start', '#control-rate', 'lab-curves .plot canvas']) {
        const [top, bottom] = await edgesOf(page, one);
        expect(top, one).toBeGreaterThanOrEqual(0);
        expect(bottom, one).toBeLessThanOrEqual(viewport.height);
      }
      await lab.close();
    },
  );

  test.each(['f=diffusion', 'f=gan&d=clothes', 'f=vae&d=emoji', 'f=tokens', 'd=csv'])(
    'on the smallest phone, Start is above the bar of the settings, with %s',
    async (link) => {
      const viewport = { width: 360, height: 640 };
      const { page, ...lab } = await open(link, '', { viewport });
      await page.locator('#start:enabled').waitFor();
      const [bar] = await edgesOf(page, '#settings');
      expect((await edgesOf(page, '#start'))[1]).toBeLessThanOrEqual(bar);
      await lab.close();
    },
  );

  test('a switch makes the page dark, whatever the system says, and stays after a reload', async () => {
    const { page, errors, ...lab } = await open('f=diffusion', '', { colorScheme: 'light' });
    const color = (): Promise<string> => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const light = await color();
    const theme = page.locator('#theme');
    expect(await theme.getAttribute('aria-pressed')).toBe('false');
    await theme.click();
    await expect.poll(() => theme.getAttribute('aria-pressed')).toBe('true');
    const dark = await color();
    expect(dark).not.toBe(light);
    await page.reload();
    await theme.waitFor();
    expect(await color()).toBe(dark);
    // back to what the system says, which is followed again
    await theme.click();
    await expect.poll(color).toBe(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => theme.getAttribute('aria-pressed')).toBe('true');
    expect(await color()).toBe(dark);
    expect(errors).toEqual([]);
    await lab.close();
  });

  test('a run that has exploded restarts at a rate that learns', async () => {
    const { page, ...lab } = await open('f=diffusion&d=grid&r=0.1&n=200');
    await lab.finish();
    await page.locator('.verdict', { hasText: 'These weights will not recover' }).waitFor();
    await page.locator('button.restart', { hasText: 'Restart with learning rate 0.003' }).click();
    await page.locator('p.status', { hasText: /Ready, 0 of\s+200/ }).waitFor();
    expect(await page.locator('#control-rate + input').inputValue()).toBe('0.003');
    await lab.close();
  });

  test('a model file that was made elsewhere is opened and sampled', async () => {
    const { page, errors, ...lab } = await open('f=vae');
    const random = createRandom(1);
    const generator = createGenerator(mlp({ sizes: [3, 8, 2], random }), { latentSize: 3 });
    const buffer = Buffer.from(await saveModel({ generator }));
    const file = { name: 'mine.safetensors', mimeType: 'application/octet-stream', buffer };
    await page.locator('#open-file').setInputFiles(file);
    const dialog = page.locator('lab-model dialog');
    await dialog.locator('p', { hasText: 'These are 512 samples of "generator".' }).waitFor();
    await dialog.locator('canvas').waitFor();
    await dialog.locator('#more-samples').click();
    await dialog.getByText('Close').click();
    await dialog.waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
    await lab.close();
  });
});
