// The written programs in a page that Vite builds.
import { join } from 'node:path';
import { chromium as playwright } from 'playwright';
import { build } from 'vite';
import { expect, test } from 'vitest';
import type { Experiment } from '../../examples/lab/experiment/experiment.js';
import { writeProgram } from '../../examples/lab/program/write-program.js';
import { findChromium, launchOptions } from '../browser/chromium.js';
import { consumer, write } from '../package/consumer.js';
import { serve } from '../package/pages/serve.js';
import { of } from './open-experiment.js';
import { runExperiment } from './run-experiment.js';

const chromium = await findChromium().catch(() => undefined);

const experiments: readonly Experiment[] = [
  of('vae', { data: 'ring' }),
  of('gan', { data: 'ring', batch: 64 }),
  of('diffusion', { batch: 64 }),
];

test.skipIf(chromium === undefined)(
  'the programs run in a page that Vite builds as they stand, with the losses of the lab, bit for bit',
  async () => {
    const root = join(consumer, 'lab-page');
    for (const experiment of experiments) {
      const { family } = experiment;
      write(`lab-page/${family}.mjs`, writeProgram(experiment));
      write(`lab-page/${family}.html`, `<!doctype html><script type="module" src="./${family}.mjs"></script>`);
    }
    const input = experiments.map(({ family }) => join(root, `${family}.html`));
    await build({
      root,
      configFile: false,
      logLevel: 'silent',
      build: { target: 'es2022', rolldownOptions: { input } },
    });
    const site = await serve({ '/': join(root, 'dist') });
    const browser = await playwright.launch(launchOptions(chromium!));
    for (const experiment of experiments) {
      const page = await browser.newPage();
      const printed: string[] = [];
      page.on('console', (message) => printed.push(message.text()));
      page.on('pageerror', ({ message }) => printed.push(message));
      const last = page.waitForEvent('console', { predicate: (message) => message.text().startsWith('60 ') });
      await page.goto(`${site.origin}/${experiment.family}.html`);
      await last;
      const { history } = await runExperiment(experiment);
      const shown = { vae: ['loss', 'kl'], gan: ['discriminatorLoss', 'generatorLoss'], diffusion: ['loss'] }[
        experiment.family
      ];
      expect(printed.filter((line) => !line.startsWith('['))).toEqual(
        history.map(({ step, metrics }) => [step, ...shown.map((name) => metrics[name])].join(' ')),
      );
      await page.close();
    }
    await browser.close();
    site.close();
  },
);
