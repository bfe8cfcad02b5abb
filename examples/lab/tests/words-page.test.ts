// Words in the built lab in Chromium.
import { expect, test, describe } from 'vitest';
import { isWithoutChromium, serveLab } from './served-lab.js';

describe.skipIf(isWithoutChromium)('a page of words', () => {
  const open = serveLab();

  test('turns nonsense into words, and fills in what is typed by the keyboard alone', async () => {
    const lab = await open('f=tokens&n=60&w=16&b=32&r=0.01');
    const { page } = lab;
    const samples = page.locator('lab-words > section > .words li');
    await samples.first().waitFor();
    const before = await samples.allInnerTexts();
    await lab.finish();
    await page.locator('lab-words h2', { hasText: 'Words after 60 updates' }).waitFor();
    expect(await samples.count()).toBe(48);
    expect(await samples.allInnerTexts()).not.toEqual(before);
    await page.locator('#typed').focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('S?_4R');
    expect(await page.locator('#typed').inputValue()).toBe('s__r');
    const completions = page.locator('#completions li');
    await expect.poll(async () => (await completions.allInnerTexts())[0]).toMatch(/^s[a-z]{2}r/);
    for (const word of await completions.allInnerTexts())
      expect(word).toMatch(/^s[a-z]{2}r\s*, (listed|plausible|odd)$/);
    const rows = page.locator('.making tbody tr');
    expect(await rows.count()).toBe(9);
    expect(await rows.last().locator('td').allInnerTexts()).toEqual(
      Array(3).fill(expect.stringMatching(/^[a-z]{0,9}$/)),
    );
    const isOpen = () => page.locator('lab-words details').evaluate((details) => (details as HTMLDetailsElement).open);
    for (const is of [false, true]) {
      await page.locator('lab-words summary').focus();
      await page.keyboard.press('Enter');
      await expect.poll(isOpen).toBe(is);
    }
    await expect.poll(() => rows.count()).toBe(9);
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test('goes from left to right, keeps its run over a reload, and saves its program with the words', async () => {
    const lab = await open('f=tokens&D=right&n=4&w=16&b=16');
    const { page } = lab;
    for (const made of [1, 2]) {
      await page.locator('#step:enabled').click();
      await page.locator('p.status', { hasText: new RegExp(`Stopped, ${made} of`) }).waitFor();
    }
    await page.waitForTimeout(1_500);
    await page.reload();
    await page.locator('p.status', { hasText: /Stopped, 2 of/ }).waitFor();
    expect(await page.locator('#control-direction').inputValue()).toBe('right');
    await page.locator('#typed').fill('str');
    const completions = page.locator('#completions li');
    await expect.poll(async () => (await completions.allInnerTexts())[0]).toMatch(/^str/);
    await page.locator('#program').click();
    expect(await page.locator('dialog code').innerText()).toContain('createTokenModel(network');
    const words = (await lab.download('#words')).toString().trim().split('\n');
    expect(words).toHaveLength(3_096);
    expect(lab.errors).toEqual([]);
    await lab.close();
  });

  test('is left for points and found again, by its family or its data', async () => {
    const lab = await open('f=vae&d=ring');
    const { page } = lab;
    const clouds = page.locator('lab-view', { hasText: 'Samples in each cloud' }).locator('lab-canvas');
    const kept = await clouds.elementHandle();
    await page.locator('#control-data').selectOption({ label: 'Words' });
    await page.locator('lab-words li').first().waitFor();
    expect(await page.locator('#family-tokens').getAttribute('aria-pressed')).toBe('true');
    // a view may be asked for its picture once more after its data are gone
    expect(await kept.evaluate((canvas) => (canvas as HTMLElement & { describe(): string }).describe())).toBe(
      'Nothing is drawn yet.',
    );
    await page.locator('#family-gan').click();
    await page.locator('lab-plane canvas').waitFor();
    expect(await page.evaluate('location.hash')).toBe('#v=1&f=gan');
    expect(lab.errors).toEqual([]);
    await lab.close();
  });
});
