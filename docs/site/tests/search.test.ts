import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { chromium as playwright, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { serve, type Site } from '../../../tests/package/pages/serve.js';
import { createSearch, highlighted, type Answer, type SearchData } from '../search/engine.js';
import { unsupported } from '../search/unsupported.js';
import { everyday, fresh, missing, queries, strangers } from './search-queries.js';

describe('the search', () => {
  let data: SearchData;
  let search: (query: string) => Answer;

  beforeAll(async () => {
    data = JSON.parse(await readFile('out/site/search/index.json', 'utf8')) as SearchData;
    search = createSearch(data);
  });

  function find(query: string): string[] {
    return search(query).results.map(({ url }) => url);
  }

  test.each([...queries, ...everyday, ...fresh, ...strangers, ...missing])(
    '%s finds %s among the first three',
    (query, expected) => {
      expect(find(query).slice(0, 3).join('\n')).toMatch(new RegExp(`(${expected})(\\.html|$)`, 'm'));
    },
  );

  test('a result is the section of a guide that answers, and no page is there twice', () => {
    expect(find('posterior collapse')[0]).toMatch(/Variational_autoencoders\.html#posterior-collapse$/);
    expect(find('kl vanishing')[0]).toMatch(/Variational_autoencoders\.html#posterior-collapse$/);
    expect(find('fid')[0]).toMatch(/Measures\.html#/);
    const pages = find('diffusion sampler').map((address) => address.split('#')[0]);
    expect(new Set(pages).size).toBe(pages.length);
  });

  test('an exact name is the first result, however it is written', () => {
    for (const name of ['mlp', 'elbo', 'bernoulli', 'train', 'unet', 'interpolate', 'gaussianKL', 'sample_ddim()']) {
      const letters = name.replace(/\W|_/g, '');
      expect(find(name)[0]).toMatch(new RegExp(`\\.${letters}\\.html$`, 'i'));
    }
  });

  test('each guide is the first result for its title, and among the first three with a letter too few', () => {
    const guides = data.pages.filter(({ kind, weight }) => kind === 'Guide' && weight === 1);
    expect(guides.length).toBeGreaterThan(30);
    const wrong = guides.flatMap(({ title, url }) => {
      const longest = title.split(/\W/).sort((a, b) => b.length - a.length)[0]!;
      const misspelled = title.replace(longest, longest.slice(0, 4) + longest.slice(5));
      return [
        ...(find(title)[0]?.startsWith(url) ? [] : [title]),
        ...(longest.length < 6 ||
        find(misspelled)
          .slice(0, 3)
          .some((found) => found.startsWith(url))
          ? []
          : [misspelled]),
      ];
    });
    expect(wrong).toEqual([]);
  });

  test('a word may be spelled in the American or the British way, in two words or in one', () => {
    for (const [one, other] of [
      ['colour', 'color'],
      ['normalisation', 'normalization'],
      ['licence', 'license'],
      ['web worker', 'webworker'],
      ['fine-tuning', 'finetuning'],
      ['u-net', 'unet'],
      ['beta-vae', 'beta vae'],
    ] as const)
      expect(find(one)[0], other).toBe(find(other)[0]);
  });

  test('words that say nothing change nothing', () => {
    expect(find('how do I get rid of mode collapse please?')[0]).toBe(find('mode collapse')[0]);
  });

  test('says what is not supported only to those who ask for it', () => {
    for (const [query] of missing) expect(search(query).sentence, query).not.toBe('');
    for (const [query] of [...queries, ...fresh]) expect(search(query).sentence, query).toBe('');
    for (const [pattern, sentence, instead] of unsupported) {
      expect(search(instead).results.length, sentence).toBeGreaterThan(0);
      expect(pattern.flags).toBe('');
    }
    expect(search('%%%')).toEqual({ sentence: '', results: [] });
  });

  test('marks the words of the query in any form', () => {
    const marked = highlighted('Training samplers: the trainer trains.', 'train sampler');
    expect(marked.filter(([, isMatch]) => isMatch).map(([piece]) => piece)).toEqual(['Training', 'samplers', 'trains']);
    expect(marked.map(([piece]) => piece).join('')).toBe('Training samplers: the trainer trains.');
  });
});

describe('the dialog', () => {
  let browser: Browser;
  let site: Site;
  let page: Page;
  /** Bytes that the search has loaded, gzipped. */
  let loaded = 0;

  beforeAll(async () => {
    site = await serve({ '/': 'out/site' });
    browser = await playwright.launch(launchOptions(await findChromium()));
    page = await browser.newPage({ locale: 'en-US' });
    page.on('response', async (response) => {
      if (response.url().includes('/search/')) loaded += gzipSync(await response.body()).length;
    });
    await page.goto(`${site.origin}/docs/documents/Concepts.html`);
    await page.click('#site-search');
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  test('loads at most 150 kB', async () => {
    await page.fill('#site-search-dialog input', 'mode collapse');
    await page.locator('#site-search-dialog li').first().waitFor();
    expect(loaded).toBeGreaterThan(10_000);
    expect(loaded).toBeLessThan(150_000);
  });

  test('shows results with marked words, a sentence for what is not supported, and what has no results', async () => {
    const status = page.locator('#site-search-dialog [role=status]');
    await page.fill('#site-search-dialog input', 'posterior collapse');
    await expect.poll(() => status.textContent()).toBe('6 pages');
    expect(await page.locator('#site-search-dialog mark').count()).toBeGreaterThan(0);
    await page.fill('#site-search-dialog input', 'text to image');
    await expect.poll(() => status.textContent()).toMatch(/^Pictures from a text are not supported/);
    await page.fill('#site-search-dialog input', '%%%');
    await expect.poll(() => status.textContent()).toBe('No results for "%%%". Try another word, or look here:');
    const places = page.locator('#site-search-dialog li a');
    expect(await places.allTextContents()).toEqual([
      'Getting started',
      'How to choose',
      'Names by topic',
      'Errors and what to do',
    ]);
  });

  test('works by the keyboard alone', async () => {
    const other = await browser.newPage({ locale: 'en-US' });
    await other.goto(`${site.origin}/docs/index.html`);
    const type = async (query: string): Promise<void> => {
      await other.locator('#site-search-dialog').waitFor({ state: 'attached' });
      await other.keyboard.press('/');
      await other.keyboard.type(query);
      await other.locator('#site-search-dialog li').first().waitFor();
    };
    await type('gaussianKl');
    // two keys between two frames, as on a busy machine
    const isOpen = await other.evaluate(() => {
      for (const key of ['Escape', '/'])
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      return document.querySelector<HTMLDialogElement>('#site-search-dialog')?.open;
    });
    expect(isOpen).toBe(true);
    await other.keyboard.press('Enter');
    await other.waitForURL(/tfjs-generative\.gaussianKl\.html/);
    await type('mode collapse');
    const links = other.locator('#site-search-dialog li a');
    await links.nth(1).waitFor();
    // the last letters may still be searched for
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowDown']) await other.keyboard.press(key);
    const isSecond = () => links.nth(1).evaluate((link) => link === document.activeElement);
    await expect.poll(isSecond).toBe(true);
    await other.keyboard.press('Enter');
    await other.waitForURL(/docs\/documents\//);
    await other.close();
  });
});
