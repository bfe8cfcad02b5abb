// The written programs in pages that Vite and webpack build.
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium as playwright } from 'playwright';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { webpack } from 'webpack';
import { defaultsOf, type Experiment } from '../experiment/experiment.js';
import { isOfPictures } from '../experiment/pictures.js';
import { WORD_FILE } from '../program/words.js';
import { pictureBytes, pictureFile, writeProgram } from '../program/write-program.js';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { consumer, write } from '../../../tests/package/consumer.js';
import { serve } from '../../../tests/package/pages/serve.js';
import { loadPictures } from './load-pictures.js';
import { of } from './open-experiment.js';
import { runExperiment } from './run-experiment.js';

const chromium = await findChromium().catch(() => undefined);

const narrow = { channels: 8, batch: 8 };
const experiments: Readonly<Record<string, Experiment>> = {
  vae: of('vae', { data: 'ring' }),
  gan: of('gan', { data: 'ring', batch: 64 }),
  diffusion: of('diffusion', { batch: 64 }),
  clothes: of('vae', { ...defaultsOf('vae', 'clothes'), ...narrow, steps: 30, latent: 3 }),
  emoji: of('diffusion', { ...defaultsOf('diffusion', 'emoji'), ...narrow, steps: 6, sampler: 'ddim', calls: 2 }),
  words: of('tokens', { width: 16, batch: 16 }),
};

/** Some of them, each as a page that webpack builds. */
const byWebpack = ['vae', 'clothes'];

const root = join(consumer, 'lab-page');

/** Writes the programs and their pictures, and builds their pages; returns the folders of the pages by their addresses. */
async function buildPages(): Promise<Record<string, string>> {
  for (const [name, experiment] of Object.entries(experiments)) {
    const { data } = experiment;
    write(`lab-page/${name}.mjs`, writeProgram(experiment));
    write(`lab-page/${name}.html`, `<!doctype html><body><script type="module" src="./${name}.mjs"></script>`);
    if (data === 'words') copyFileSync('examples/lab/data/words.txt', write(`lab-page/${WORD_FILE}`, ''));
    if (isOfPictures(data)) {
      const file = write(`lab-page/${pictureFile(experiment)}`, '');
      writeFileSync(file, pictureBytes(experiment, await loadPictures(data)));
    }
  }
  const input = Object.keys(experiments).map((name) => join(root, `${name}.html`));
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    build: { target: 'es2022', rolldownOptions: { input } },
  });
  const entry = Object.fromEntries(byWebpack.map((name) => [name, `./${name}.mjs`]));
  for (const name of byWebpack) {
    write(`lab-page/webpack/${name}.html`, `<!doctype html><body><script src="./${name}.js"></script>`);
  }
  await new Promise<void>((resolve, reject) => {
    webpack(
      {
        mode: 'production',
        context: root,
        entry,
        output: { path: join(root, 'webpack') },
        // its own minifier takes half a minute
        optimization: { minimize: false },
        performance: false,
      },
      (error, stats) => {
        if (error !== null) reject(error);
        else if (stats?.hasErrors() === true) reject(new Error(stats.toString('errors-only')));
        else resolve();
      },
    );
  });
  return { '/webpack/': join(root, 'webpack'), '/': join(root, 'dist') };
}

test.skipIf(chromium === undefined)(
  'the programs run in pages that Vite and webpack build as they stand, with the losses of the lab, bit for bit',
  async () => {
    const pages = await buildPages();
    const site = await serve(pages);
    const browser = await playwright.launch(launchOptions(chromium!));
    for (const [name, experiment] of Object.entries(experiments)) {
      const { history } = await runExperiment(experiment);
      const { family, data, steps } = experiment;
      for (const folder of byWebpack.includes(name) ? ['/', '/webpack/'] : ['/']) {
        const page = await browser.newPage();
        const printed: string[] = [];
        page.on('console', (message) => printed.push(message.text()));
        page.on('pageerror', ({ message }) => printed.push(message));
        const last = page.waitForEvent('console', { predicate: (message) => message.text().startsWith(`${steps} `) });
        await page.goto(`${site.origin}${folder}${name}.html`);
        await last;
        const shown = {
          vae: ['loss', 'kl'],
          gan: ['discriminatorLoss', 'generatorLoss'],
          diffusion: ['loss'],
          drifting: ['loss'],
          tokens: ['bits'],
        }[family];
        expect(printed.filter((line) => !line.startsWith('['))).toEqual(
          history.map(({ step, metrics }) => [step, ...shown.map((metric) => metrics[metric])].join(' ')),
        );
        // samples of pictures are drawn on the page
        if (isOfPictures(data)) {
          const canvas = await page.waitForSelector('canvas');
          expect(await canvas.evaluate(coloursOf)).toBeGreaterThan(10);
        }
        await page.close();
      }
    }
    await browser.close();
    site.close();
  },
);

/** How many colours a canvas has. */
function coloursOf(element: Element): number {
  const { width, height } = element as HTMLCanvasElement;
  const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
  return new Set(new Uint32Array(data.buffer)).size;
}
