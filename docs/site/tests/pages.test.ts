import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { createRequire } from 'node:module';
import type * as AxeCore from 'axe-core';
import { convert } from 'fontverter';
import { chromium as playwright, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isPublished } from '../../install.mjs';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { serve, type Site } from '../../../tests/package/pages/serve.js';

const SITE = 'out/site';
const files = (await readdir(SITE, { recursive: true })).filter((file) => file.endsWith('.html')).sort();
const texts = new Map(
  await Promise.all(files.map(async (file) => [file, await readFile(join(SITE, file), 'utf8')] as const)),
);

describe('links', () => {
  const idsOf = new Map<string, Set<string>>();
  const ids = (file: string): Set<string> => {
    if (!idsOf.has(file)) {
      const found = [...texts.get(file)!.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!);
      idsOf.set(file, new Set(found));
    }
    return idsOf.get(file)!;
  };

  test('lead to a page of the site and to an existing heading', async () => {
    const everything = new Set((await readdir(SITE, { recursive: true })).map((file) => normalize(file)));
    const dead: string[] = [];
    for (const [file, text] of texts) {
      for (const [, written] of text.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
        const address = written!.replaceAll('&amp;', '&');
        if (/^(https?:|mailto:|data:)/.test(address)) continue;
        const [target, hash = ''] = address.split('#') as [string, string?];
        const clean = target.split('?')[0]!;
        const path = normalize(join(dirname(file), decodeURIComponent(clean)));
        const to = clean === '' ? file : texts.has(join(path, 'index.html')) ? join(path, 'index.html') : path;
        if (!everything.has(to)) dead.push(`${file}: ${address}`);
        // search.js opens the search
        else if (
          hash !== '' &&
          hash !== 'search' &&
          texts.has(to) &&
          !/^(lab|course)/.test(to) &&
          !ids(to).has(decodeURIComponent(hash))
        )
          dead.push(`${file}: ${address}`);
      }
    }
    expect(dead).toEqual([]);
  });

  test('the lab has everything that its own build has, and a link back to the site', async () => {
    expect(texts.get('lab/index.html')).toContain('href="../index.html"');
    const built = await readdir(join(SITE, 'lab'));
    expect(built).toEqual(expect.arrayContaining(['index.html', 'sw.js', 'wasm-helper.js', '_headers', 'licenses.md']));
  });

  test('llms.txt is on the site with everything that it links to', async () => {
    const list = await readFile(join(SITE, 'llms.txt'), 'utf8');
    const links = [...list.matchAll(/\]\((.*?)\)/g)].map(([, to]) => to!);
    expect(links.length).toBeGreaterThan(40);
    for (const link of links) expect((await readFile(join(SITE, link), 'utf8')).length, link).toBeGreaterThan(500);
  });

  test('no file name is linked as if it were a host', () => {
    const wrong = [...texts].flatMap(([file, text]) =>
      [...text.matchAll(/href="(https?:\/\/[\w.-]+\.(?:md|py|ts|js|json|png|html))"/g)].map(
        ([, link]) => `${file}: ${link}`,
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('formulas in docstrings are typeset, and prose is not', () => {
    const marked = (name: string) =>
      [
        ...texts
          .get(`docs/functions/tfjs-generative${name}.html`)!
          .matchAll(/<p class="set-formula"[^>]*>([\s\S]*?)<\/p>/g),
      ].map(([, text]) => text!);
    expect(marked('.reparameterize')[0]).toMatch(/^<span class="formula-part"><math>[\s\S]*<mfrac>/);
    expect(marked('.gaussianKl')[0]).toMatch(/<\/span>\s+where <span [^>]*><math>[\s\S]*are the means and/);
    expect(marked('.sampleDdim')[0]).toMatch(
      /,<\/span><\/span> then <a href="[^"]*"[^>]*>ddimStep<\/a> from each timestep/,
    );
    expect(marked('.fit')).toEqual([]);
    const guides = files.filter((file) => file.startsWith('docs/documents/'));
    expect(guides.filter((file) => /"set-formula"/.test(texts.get(file)!))).toEqual([]);
    expect(files.filter((file) => texts.get(file)!.includes('"set-formula"')).length).toBeGreaterThan(60);
  });

  test('pages with formulas load the math font, and no others', async () => {
    const wrong = [...texts].filter(
      ([file, text]) => text.includes('/math.css"') !== (text.includes('<math') || file === 'course/index.html'),
    );
    expect(wrong.map(([file]) => file)).toEqual([]);
    const sheet = await readFile(join(SITE, 'math.css'), 'utf8');
    // without its table for mathematics, a font has no tall brackets
    const font = Buffer.from(/base64,([^']*)/.exec(sheet)![1]!, 'base64');
    const plain = await convert(font, 'sfnt');
    const tables = Array.from({ length: plain.readUInt16BE(4) }, (_, i) =>
      plain.toString('latin1', 12 + 16 * i, 16 + 16 * i),
    );
    expect(tables).toContain('MATH');
    expect(await readFile(join(SITE, 'math-license.txt'), 'utf8')).toContain('SIL OPEN FONT LICENSE');
  });

  test('each page has a description, and a picture for links to it', async () => {
    const bare = [...texts].filter(
      ([, text]) =>
        !/<meta\s+name="description"\s+content="(?!Documentation for|!)[^"]{15,}"/.test(text) ||
        !/<meta property="og:description" content="(?!!)[^"]{15,}"/.test(text) ||
        !/<meta property="og:image" content="[^"]*preview\.png"/.test(text),
    );
    expect(bare.map(([file]) => file)).toEqual([]);
    const png = await readFile(join(SITE, 'preview.png'));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 630]);
  });

  test('no description has raw LaTeX', () => {
    const raw = [...texts].flatMap(([file, text]) =>
      [...text.matchAll(/<meta\s+(?:name|property)="(?:og:)?description"\s+content="([^"]*)"/g)]
        .filter(([, words]) => /\\[A-Za-z,;{}|]|\$|\w[_^]?\{/.test(words!))
        .map(([, words]) => `${file}: ${words}`),
    );
    expect(raw).toEqual([]);
  });

  test('each page has the header of the site once, and one main part', () => {
    const wrong = [...texts].filter(([file, text]) => {
      const headers = text.match(/<header class="site-header/g)?.length ?? 0;
      const mains = text.match(/<main\b/g)?.length ?? 0;
      // the parts of the lab and of two examples are made by their scripts
      return headers !== 1 || (/^(docs|index|course)/.test(file) && mains !== 1);
    });
    expect(wrong.map(([file]) => file)).toEqual([]);
  });

  test('pictures of guides have sizes', () => {
    const bare = [...texts].flatMap(([file, text]) =>
      [...text.matchAll(/<img [^>]*>/g)]
        .filter(([tag]) => /^(docs|index)/.test(file) && !/ width="\d+" height="\d+"/.test(tag))
        .map(([tag]) => `${file}: ${tag}`),
    );
    expect(bare).toEqual([]);
  });

  test('the page of a function has its options, those that must be given first', () => {
    const page = texts.get('docs/functions/tfjs-generative.elbo.html')!;
    const [list] = /<dl class="options">[\s\S]*?<\/dl>/.exec(page)!;
    const names = [...list.matchAll(/<dt><code>(\w+)<\/code>/g)].map(([, name]) => name);
    expect(names.sort()).toEqual(['likelihood', 'parameters', 'posterior', 'prior', 'x']);
    expect(list.indexOf('<small>optional')).toBeGreaterThan(list.lastIndexOf('<code>x</code>'));
  });

  test('the page of a function has the options of each parameter of such a type', () => {
    const parameters = [...texts]
      .filter(([file]) => /^docs\/(functions|variables)\//.test(file))
      .flatMap(([file, text]) =>
        [...text.matchAll(/<li><span><span class="tsd-kind-parameter">(?:(?!<\/li>)[\s\S])*/g)].map(
          ([item]) => [file, item] as const,
        ),
      )
      .filter(([, item]) => /interfaces\/[^"]*"[^>]*>\w+Options<\/a>/.test(item.split('tsd-comment')[0]!));
    expect(parameters.length).toBeGreaterThan(120);
    expect(parameters.filter(([, item]) => !item.includes('<dl class="options">')).map(([file]) => file)).toEqual([]);
    const unet = texts.get('docs/functions/tfjs-generative.unet.html')!;
    expect(unet.match(/<dl class="options">/g)).toHaveLength(1);
    expect(unet).toMatch(
      /<dt><code>dropoutRate<\/code> <small>optional<\/small>[\s\S]*?Rate of the dropout in each block; default 0\./,
    );
  });

  test('the start page has the command to install above everything else, and the way from the source next to it', () => {
    const page = texts.get('index.html')!;
    const first = page.slice(page.indexOf('<main'), page.indexOf('</section>'));
    expect(first).toContain('<code>npm i tfjs-generative');
    expect(first).toContain('data-copy="npm i tfjs-generative');
    expect(first.includes('npm i ../tfjs-generative')).toBe(!isPublished);
    expect(page).not.toContain('{{');
  });
});

describe('in Chromium', () => {
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    site = await serve({ '/': SITE });
    browser = await playwright.launch(launchOptions(await findChromium()));
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  /** Pages of members are similar: every twelfth of them is opened, and every other page. */
  const opened = files.filter(
    (file, i) => !/^docs\/(functions|interfaces|types|variables|classes)\//.test(file) || i % 12 === 0,
  );

  test('on a phone, a table or formula that can be scrolled has shadows, and text keeps off the edge of shaded rows', async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 640 }, locale: 'en-US' });
    await page.goto(`${site.origin}/docs/documents/Runtimes.html`);
    const found = await page.evaluate(() =>
      [...document.querySelectorAll('.scrolled')].map((box) => {
        const { backgroundAttachment } = getComputedStyle(box);
        const { paddingLeft } = getComputedStyle(box.querySelector('td')!);
        // a row's own colour would hide the shadow
        const shades = [...box.querySelectorAll('tr, thead')].map((row) => getComputedStyle(row).backgroundColor);
        return { isWide: box.scrollWidth > box.clientWidth, backgroundAttachment, paddingLeft, shades };
      }),
    );
    expect(found.some(({ isWide }) => isWide)).toBe(true);
    for (const { backgroundAttachment, paddingLeft, shades } of found) {
      expect(backgroundAttachment).toBe('local, local, scroll, scroll');
      expect(parseFloat(paddingLeft)).toBeGreaterThan(8);
      expect(shades.every((shade) => /^rgba\(.*, 0(\.0\d+)?\)$/.test(shade))).toBe(true);
    }
    await page.close();
  });

  test('the navigation next to a guide lists every guide', async () => {
    const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
    await page.goto(`${site.origin}/docs/documents/Getting_started.html`);
    await page.locator('.tsd-navigation a', { hasText: 'Priors of latents' }).waitFor({ state: 'attached' });
    const listed = await page
      .locator('.tsd-navigation a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    const guides = files.filter((file) => file.startsWith('docs/documents/')).map((file) => basename(file));
    expect(guides.length).toBeGreaterThan(30);
    expect(guides.filter((guide) => !listed.some((address) => address?.endsWith(guide)))).toEqual([]);
    await page.close();
  });

  test('the first page of the guides lists every guide and every entry', () => {
    const pages = files.filter((file) => /^docs\/(documents|modules)\//.test(file));
    const main = texts.get('docs/index.html')!.split('class="col-content"')[1]!.split('col-sidebar')[0]!;
    const inText = new Set([...main.matchAll(/\shref="([^"#]*)/g)].map(([, to]) => `docs/${to}`));
    expect(pages.filter((page) => !inText.has(page))).toEqual([]);
  });

  test('text has at most 80 letters a line', async () => {
    const page = await browser.newPage({ viewport: { width: 1_600, height: 900 } });
    const widths: number[] = [];
    for (const guide of ['Variational_autoencoders', 'Measures', 'Getting_started']) {
      await page.goto(`${site.origin}/docs/documents/${guide}.html`);
      widths.push(
        ...(await page.evaluate(() =>
          [...document.querySelectorAll('main .tsd-typography > p')]
            .filter((text) => text.textContent.length > 300 && text.querySelector('math, code') === null)
            .map((text) => {
              const lines = text.clientHeight / parseFloat(getComputedStyle(text).lineHeight);
              return text.textContent.length / Math.round(lines);
            }),
        )),
      );
    }
    expect(widths.length).toBeGreaterThan(2);
    for (const width of widths) expect(width).toBeLessThan(80);
    await page.close();
  });

  test('the picture of the start page moves once, and not for those who prefer less motion', async () => {
    const pixels = (page: Page): Promise<string> =>
      page.locator('#hero').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    for (const [reducedMotion, moves] of [
      ['no-preference', true],
      ['reduce', false],
    ] as const) {
      const page = await browser.newPage({ reducedMotion, viewport: { width: 1_280, height: 800 } });
      await page.goto(`${site.origin}/index.html`);
      await page.waitForFunction(() => document.querySelector<HTMLCanvasElement>('#hero')!.width !== 300);
      const seen = new Set<string>();
      for (let i = 0; i < 4; i++) {
        seen.add(await pixels(page));
        await page.waitForTimeout(150);
      }
      expect(seen.size > 1).toBe(moves);
      await page.close();
    }
  });

  test('no page is wider than a phone of 360 px, and no code is cut at 1,280 px', async () => {
    // Pages of the guides and the reference have the same scripts, which take long: one in ten runs them.
    const running = await browser.newPage({ viewport: { width: 360, height: 800 }, locale: 'en-US' });
    const still = await browser.newPage({ viewport: { width: 360, height: 800 }, javaScriptEnabled: false });
    const wrong: string[] = [];
    running.on('pageerror', (error) => wrong.push(`${running.url()}: ${error.message}`));
    for (const [i, file] of opened.entries()) {
      const page = file.startsWith('docs/') && i % 10 > 0 ? still : running;
      // without scripts, the styles may come later than the page
      const waitUntil = page === still ? 'load' : 'domcontentloaded';
      // and a layout by scripts follows a new width later
      if (page === running) await page.setViewportSize({ width: 360, height: 800 });
      await page.goto(`${site.origin}/${relative('.', file)}`, { waitUntil });
      // the width that it has comes first, which saves a layout
      const widths = page.viewportSize()!.width === 360 ? [360, 1_280] : [1_280, 360];
      for (const width of widths) {
        await page.setViewportSize({ width, height: 800 });
        const found = width === 360 ? await tooWide(page) : await cutCode(page);
        wrong.push(...found.map((one) => `${file}: ${one}`));
      }
    }
    expect(wrong).toEqual([]);
    await Promise.all([running.close(), still.close()]);
  });

  async function tooWide(page: Page): Promise<string[]> {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    return width > 360 ? [`${width} px`] : [];
  }

  /** The long lines of blocks of code that are wider than they are shown. */
  function cutCode(page: Page): Promise<string[]> {
    return page.evaluate(() =>
      [...document.querySelectorAll('.col-content .tsd-typography pre, .col-content .tsd-comment pre, main pre')]
        .filter((block) => block.scrollWidth > block.clientWidth + 1)
        .map((block) => block.textContent.split('\n').find((line) => line.length > 90) ?? 'a block')
        .map((line) => `cut: ${line.slice(0, 60)}`),
    );
  }

  test.each([
    'docs/documents/Variational_autoencoders.html',
    'docs/functions/tfjs-generative.gaussianKl.html',
    'course/index.html',
  ])('nothing moves in %s when its font and its scripts arrive', async (file) => {
    for (const width of [1_350, 390]) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, locale: 'en-US' });
      await page.goto(`${site.origin}/${file}`);
      await page.locator('main math').first().waitFor();
      const shift = await page.evaluate(async () => {
        await document.fonts.ready;
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as unknown as { value: number }[]) sum += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
        await new Promise((resolve) => setTimeout(resolve, 300));
        return sum;
      });
      expect(shift).toBeLessThan(0.05);
      await page.close();
    }
  });

  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  test.each([
    'index.html',
    'docs/index.html',
    'docs/documents/Variational_autoencoders.html',
    'docs/documents/Training.html',
    'docs/documents/Teaching_a_class.html',
    'docs/functions/tfjs-generative.elbo.html',
    'docs/modules/tfjs-generative.html',
    'own-table/index.html',
    'gpu-bench/index.html',
  ])('axe finds nothing serious in %s, in light and in dark', async (file) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ colorScheme, locale: 'en-US' });
      await page.goto(`${site.origin}/${file}`);
      await page.addScriptTag({ path: axe });
      const serious = await page.evaluate(async () => {
        const { violations } = await (window as unknown as { axe: typeof AxeCore }).axe.run({
          exclude: ['iframe'],
        });
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(
            ({ id, nodes }) =>
              `${id}: ${nodes
                .slice(0, 3)
                .map(({ html }) => html.slice(0, 120))
                .join(' ... ')}`,
          );
      });
      expect(serious).toEqual([]);
      await page.close();
    }
  });
});
