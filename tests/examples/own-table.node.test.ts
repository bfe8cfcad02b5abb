import { readFileSync } from 'node:fs';
import { csvParse } from 'd3-dsv';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { loadModel } from '../../src/model/index.js';
import { sampleTable } from '../../src/tables/index.js';
import { readCsv, textIn } from '../../examples/shared/read-csv.js';
import { chromium, openBuiltPage, type BuiltPage } from './built-page.js';

describe('readCsv', () => {
  test('finds the separator in the first line, and reads decimal commas where commas do not separate', () => {
    expect(readCsv('a;b, c\r\n1,5;x\r\n-2;"y;z"\r\n')).toEqual({ a: [1.5, -2], 'b, c': ['x', 'y;z'] });
    expect(readCsv('a\tb\n1\t2')).toEqual({ a: [1], b: [2] });
    expect(readCsv('a,b\n"1,500.5",2')).toEqual({ a: [1500.5], b: [2] });
    expect(readCsv('a,b\n"1,5",2')).toEqual({ a: ['1,5'], b: [2] });
  });

  test('gives a column one kind: what marks a missing cell is no text among numbers, and a code keeps its zeros', () => {
    const table = readCsv('size,code,word\n1e3,007,n/a\nNA,123,x\n,?,1\n');
    expect(table).toEqual({ size: [1000, null, null], code: ['007', '123', null], word: [null, 'x', '1'] });
  });

  test('writes dates with a time as ISO 8601, and leaves dates and other texts alone', () => {
    const table = readCsv('at,day,text\n2024-03-01 09:30,2024-03-01,Test 5\n2024-03-01T09:30:01Z,2024-12-31,T\n');
    expect(table).toEqual({
      at: ['2024-03-01T09:30:00.000Z', '2024-03-01T09:30:01.000Z'],
      day: ['2024-03-01', '2024-12-31'],
      text: ['Test 5', 'T'],
    });
  });

  test('names columns without a name, and columns of the same name', () => {
    expect(Object.keys(readCsv(',a,a\n1,2,3'))).toEqual(['column 1', 'a', 'a (3)']);
  });

  test('refuses in one sentence what is no table', () => {
    expect(() => readCsv('a,b\n')).toThrow('This file has no rows below its first line');
    expect(() => readCsv('PK\u0003\0')).toThrow('This file is not text.');
  });

  test('reads UTF-8 with and without a mark, and otherwise Windows-1252', () => {
    expect(textIn(new TextEncoder().encode('\uFEFFä,b'))).toBe('ä,b');
    expect(textIn(Uint8Array.of(0xe4, 0x2c, 0x62))).toBe('ä,b');
  });
});

describe.skipIf(chromium === undefined)('the page that learns a table', () => {
  let site: BuiltPage;
  beforeAll(async () => {
    site = await openBuiltPage('own-table');
  });
  afterAll(() => site.close());

  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true, disabled: false }).click();
  const says = (page: Page, text: RegExp) => page.locator('#status', { hasText: text }).waitFor();

  /** Drops a file as a user does: it is read by the page's own listener. */
  const dropFile = async (page: Page, name: string, text: string): Promise<void> => {
    const dataTransfer = await page.evaluateHandle(
      ([title, content]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([content], title));
        return transfer;
      },
      [name, text] as const,
    );
    await page.dispatchEvent('.drop', 'drop', { dataTransfer });
  };

  test('a dropped file is learned without a network, and its rows are taken away', async () => {
    const page = await site.browser.newPage({ locale: 'en-US', viewport: { width: 390, height: 800 } });
    const problems: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
    page.on('pageerror', ({ message }) => void problems.push(message));
    await page.goto(site.address, { waitUntil: 'networkidle' });
    await page.context().setOffline(true);
    page.on('request', (request) => void (request.url().startsWith('blob:') || problems.push(request.url())));

    // large things are expensive; the first column counts the rows
    const lines = Array.from({ length: 400 }, (_, i) => {
      const isLarge = i % 4 === 0;
      return [i, isLarge ? 'large' : 'small', (isLarge ? 50 : 10) + (i % 7) / 10, i % 5 === 0 ? '' : i % 11].join(';');
    });
    await dropFile(page, 'things.csv', ['row;kind;price;stars', ...lines].join('\n'));
    await page.getByText('things.csv: 400 rows, 4 columns').waitFor();
    const error = page.locator('tr', { hasText: 'row' }).locator('.error');
    expect(await error.textContent()).toMatch(
      /^This column must not be an identifier; got 400 different whole numbers .* or choose integer\./,
    );
    await press(page, 'Leave it out');
    await press(page, 'Learn');
    await says(page, /\d+ updates, loss [\d.]+ \(at first [\d.]+\), \d+ updates per second/);
    expect(await page.locator('#charts svg').count()).toBe(4);
    const drawn = await page.locator('#charts').innerHTML();
    await page.waitForFunction((before) => document.querySelector('#charts')!.innerHTML !== before, drawn);
    await says(page, /^(1[5-9]|[2-9]\d)\d updates/);
    await press(page, 'Stop');
    const [, last, first] = /loss ([\d.]+) \(at first ([\d.]+)\)/.exec((await page.textContent('#status'))!)!;
    expect(Number(last)).toBeLessThan(Number(first));

    await page.fill('#count', '50');
    await page.selectOption('#known', 'kind');
    await page.getByLabel('Value of kind').selectOption('large');
    const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Make rows')]);
    expect(download.suggestedFilename()).toBe('things-made.csv');
    const made = csvParse(readFileSync(await download.path(), 'utf8'));
    expect([made.columns, made.length]).toEqual([['kind', 'price', 'stars'], 50]);
    expect(new Set(made.map(({ kind }) => kind))).toEqual(new Set(['large']));
    for (const { price, stars } of made) {
      expect(price).toMatch(/^\d\d(\.\d)?$/);
      expect(stars).toMatch(/^(\d|10)?$/);
    }

    const [file] = await Promise.all([page.waitForEvent('download'), press(page, 'Download model')]);
    const { table } = await loadModel(readFileSync(await file.path()), { as: { table: 'tableModel' } });
    const [row] = await sampleTable(table, 2, { random: createRandom(1), steps: 2 });
    expect(Object.keys(row!)).toEqual(made.columns);
    table.dispose();

    await press(page, 'Check the model');
    await page.getByText('This does not guarantee privacy.').waitFor();
    const report = (await page.textContent('#report'))!;
    expect(report).toContain('100 generated rows against the 300 rows that the model learned from');
    expect(report).not.toMatch(/NaN|undefined|null/);
    // nothing is wider than a phone
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);

    await press(page, 'Start again');
    // the same seed: the same model, from its first update on
    await says(page, new RegExp(`^[^1]\\d updates, loss [\\d.]+ \\(at first ${first}\\), \\d+ updates per second`));
    await dropFile(page, 'other.csv', 'a,b');
    await page.getByText('This file has no rows below its first line').waitFor();
    expect(await page.getByRole('button', { name: 'Stop' }).isVisible()).toBe(false);
    expect(problems).toEqual([]);
    await page.close();
  });
});
