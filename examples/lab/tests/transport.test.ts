// Starting, pacing, slow motion and copying in the built lab in Chromium.
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { isWithoutChromium, serveLab } from './served-lab.js';

describe.skipIf(isWithoutChromium)('a page with a run at a pace', () => {
  const openLab = serveLab();
  const open = () => openLab('f=vae&n=5000&b=64&w=16');
  const updates = async (page: Page): Promise<number> =>
    Number(/(\d+) of/.exec(await page.locator('p.status').innerText())![1]);
  /** Starts it at ten updates a second, and waits for some. */
  const startPaced = async (page: Page): Promise<void> => {
    await page.locator('#speed').selectOption({ label: '10 per second' });
    await page.locator('#start:enabled').click();
    await expect.poll(() => updates(page)).toBeGreaterThan(2);
  };

  test('keeps the focus on its button, and stops where it is', async () => {
    const { page, errors, close } = await open();
    await startPaced(page);
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('stop');
    const began = Date.now();
    const before = await updates(page);
    await page.waitForTimeout(1_500);
    const gained = (await updates(page)) - before;
    // at most ten a second, and one that was under way
    expect(gained).toBeGreaterThan(0);
    expect(gained).toBeLessThanOrEqual((Date.now() - began) / 100 + 1);
    await page.keyboard.press('Enter');
    await page.locator('p.status', { hasText: 'Stopped' }).waitFor();
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('start');
    const stopped = await updates(page);
    await page.waitForTimeout(500);
    expect(await updates(page)).toBe(stopped);
    expect(errors).toEqual([]);
    await close();
  });

  test.each([
    ['slow motion begins', '#slow'],
    ['one draws', '#draw'],
  ])('ends it when %s', async (_, button) => {
    const { page, errors, close } = await open();
    await startPaced(page);
    await page.locator(button).click();
    await page.locator('#start').waitFor();
    const stopped = await updates(page);
    await page.waitForTimeout(600);
    // slow motion makes an update after seconds of words
    expect(await updates(page)).toBe(stopped);
    expect(errors).toEqual([]);
    await close();
  });

  test('copies the link and the program without a clipboard, as on a host without https', async () => {
    const { page, errors, close } = await open();
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.evaluate("document.addEventListener('copy', () => (window.copied = document.activeElement.value))");
    const copied = (): Promise<string> => page.evaluate<string>('window.copied');
    await page.locator('#link').click();
    await page.locator('[role=alert]', { hasText: /The link is copied/ }).waitFor();
    expect(await copied()).toBe(page.url());
    await page.locator('#program').click();
    await page.locator('dialog button', { hasText: /^\s*Copy/ }).click();
    await page.locator('dialog button', { hasText: 'Copied' }).waitFor();
    expect(await copied()).toBe(await page.locator('dialog code').innerText());
    expect(errors).toEqual([]);
    await close();
  });
});
