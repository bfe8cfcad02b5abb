// The page of one call in the built lab in Chromium.
import { expect, test, describe } from 'vitest';
import { isWithoutChromium, serveLab } from './served-lab.js';

describe.skipIf(isWithoutChromium)('the page of one call', () => {
  const open = serveLab();

  test('fetches its model when it is opened, and draws another picture wherever keys and fingers move the noise', async () => {
    const lab = await open('f=gan');
    const { page } = lab;
    const fetched: string[] = [];
    page.context().on('request', (request) => void fetched.push(request.url()));
    await page.locator('#page-one').click();
    const canvas = page.locator('.picture canvas');
    const picture = () => canvas.evaluate((one) => (one as HTMLCanvasElement).toDataURL());
    const blank = await picture();
    await page.locator('#call-around').waitFor();
    expect(fetched.filter((url) => url.endsWith('.safetensors'))).toHaveLength(1);
    expect(page.url()).toMatch(/#v=1&f=gan&one=1$/);
    const seen = [blank];
    const changes = async (act: () => Promise<unknown>): Promise<void> => {
      await act();
      await expect.poll(picture).not.toBe(seen.at(-1));
      seen.push(await picture());
    };
    await changes(() => page.locator('#call-class-0').selectOption('Flags'));
    await changes(() => page.locator('#call-around').press('PageUp'));
    await changes(() => page.locator('#call-aside').press('ArrowLeft'));
    await changes(() => page.locator('#call-mix').press('End'));
    await changes(async () => {
      await canvas.hover();
      await page.mouse.down();
      await page.mouse.move(0, 0);
      await page.mouse.up();
    });
    await changes(() => page.locator('#call-noise').click());
    await changes(() => page.locator('button', { has: page.locator('canvas[data-index="5"]') }).press('Enter'));
    expect(await page.locator('#call-around').inputValue()).toBe('0');
    await page.locator('#call-play').click();
    await page.locator('.one-call .status', { hasText: / takes [\d.]+ ms: \d+ pictures a second/ }).waitFor();
    expect(new Set(seen).size).toBe(seen.length);
    // its worker ends with it
    const workers = page.workers().length;
    await page.locator('#family-gan').click();
    await expect.poll(() => page.workers().length).toBe(workers - 1);
    await page.locator('lab-plane canvas').waitFor();
    expect(lab.errors).toEqual([]);
    await lab.close();
  });
});
