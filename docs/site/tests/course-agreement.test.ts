import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium as playwright, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildGradingChild } from '../../../scripts/grading-child.js';
import { gradeSubmission } from '../../../src/grading/index.js';
import type { Exercise } from '../../../src/testing/index.js';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { fifth } from '../../../tests/course/unseen/fifth.js';
import { first } from '../../../tests/course/unseen/first.js';
import { fourth } from '../../../tests/course/unseen/fourth.js';
import { second } from '../../../tests/course/unseen/second.js';
import { third } from '../../../tests/course/unseen/third.js';
import { right, wrong, type Written } from '../../../tests/course/written.js';
import { serve, type Site } from '../../../tests/package/pages/serve.js';

/** With ALL_ANSWERS=1, also the answers by which the naming of mistakes is measured: ten minutes. */
const unseen = process.env['ALL_ANSWERS'] === undefined ? [] : await unseenAnswers();

// the page multiplies it by 2^32
const SEED = 2 ** 31;

let browser: Browser;
let site: Site;
let page: Page;
let folder: string;

beforeAll(async () => {
  await buildGradingChild('dist');
  folder = await mkdtemp(join(tmpdir(), 'agreement-'));
  site = await serve({ '/': 'out/site' });
  browser = await playwright.launch(launchOptions(await findChromium()));
  page = await browser.newPage({ locale: 'en-US' });
  await page.addInitScript(() => {
    Math.random = () => 0.5;
  });
  await page.goto(`${site.origin}/course/index.html`);
});
afterAll(async () => {
  await browser?.close();
  site?.close();
  await rm(folder, { recursive: true });
});

/** The points of each check and its sentence, as the page shows them. */
async function inPage({ exercise, text }: Written): Promise<readonly string[]> {
  await page.evaluate((hash) => (location.hash = hash), exercise);
  await page.locator(`#exercises a[href="#${exercise}"][aria-current]`).waitFor({ state: 'attached' });
  await page.locator('.cm-content').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.locator('#outcome[aria-busy=false] li').first().waitFor({ timeout: 100_000 });
  return page.locator('#result li').allInnerTexts();
}

async function exerciseOf(folder: string): Promise<Exercise> {
  const path = resolve(`examples/course/exercises/${folder}/exercise.ts`);
  return ((await import(/* @vite-ignore */ path)) as { exercise: Exercise }).exercise;
}

async function onCommandLine({ exercise, text }: Written): Promise<readonly string[]> {
  const file = join(folder, 'answer.ts');
  await writeFile(file, text);
  const { results } = await gradeSubmission(await exerciseOf(exercise), file, { seed: SEED, seconds: 60 });
  return results.map(({ name, passed, message }) => `${passed ? '✓' : '✗'} ${name}: ${message.replaceAll('`', '')}`);
}

async function unseenAnswers(): Promise<Written[]> {
  const sets = [
    ...[first, fourth, fifth].flatMap((set) =>
      Object.entries(set).flatMap(([exercise, { right, wrong }]) => [
        ...right.map((answer) => ({ exercise, says: 'right', answer })),
        ...wrong.map((each) => ({ exercise, ...each })),
      ]),
    ),
    ...[second, third].flatMap((set) =>
      Object.entries(set).flatMap(([exercise, wrong]) => wrong.map((each) => ({ exercise, ...each }))),
    ),
  ];
  return Promise.all(
    sets.map(async ({ exercise, says, answer }) => {
      const { name } = await exerciseOf(exercise);
      const source = `import * as tf from '@tensorflow/tfjs-core';\nexport const ${name} = (...all) => tf.tidy(() => (${answer})(...all));`;
      return { exercise, says, text: source };
    }),
  );
}

test.each([...right, ...wrong, ...unseen])(
  'the page says what the command line says: $exercise, $says',
  async (written) => {
    const [shown, printed] = await Promise.all([inPage(written), onCommandLine(written)]);
    expect(shown).toEqual(printed);
    if (written.message !== undefined)
      expect(shown[0]).toBe(
        `${written.message === 'Right.' ? '✓' : '✗'} values: ${written.message.replaceAll('`', '')}`,
      );
    expect(shown.every((line) => line.startsWith('✓'))).toBe(written.says === 'right');
  },
);
