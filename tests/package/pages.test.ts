import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium as playwright, type Browser, type Page, type Route } from 'playwright';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build, preview, type PreviewServer } from 'vite';
import { findChromium, launchOptions } from '../browser/chromium.js';
import { consumer, runNode, write } from './consumer.js';

const examples = join(consumer, 'examples');
const built = join(consumer, 'built');
/** Where a screenshot of each page is left, for people to look at. */
const screenshots = 'temp/pages';

const chromium = await findChromium().catch(() => undefined);

describe.skipIf(chromium === undefined)('in a browser', () => {
  let server: PreviewServer;
  let browser: Browser;

  beforeAll(async () => {
    browser = await playwright.launch(launchOptions(chromium!));
    const names = ['react', 'worker', 'script-tag', 'shared/page.css', 'data/fashion-mnist/train-images-idx3-ubyte.gz'];
    for (const name of names) cpSync(join('examples', name), join(examples, name), { recursive: true });
    for (const name of ['react', 'worker']) {
      await build({
        root: join(examples, name),
        base: './',
        configFile: false,
        logLevel: 'silent',
        build: { target: 'es2022', outDir: join(built, name), emptyOutDir: true },
        worker: { format: 'es' },
      });
    }
    // the page without a bundler is served as it is
    for (const name of ['script-tag', 'shared']) cpSync(join(examples, name), join(built, name), { recursive: true });
    server = await preview({
      root: consumer,
      configFile: false,
      logLevel: 'silent',
      build: { outDir: built },
      preview: { port: 0, host: '127.0.0.1' },
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** Opens a page; `errors` are those of its console, and `failure` rejects with its uncaught errors. */
  async function open(name: string): Promise<{ page: Page; errors: string[]; failure: Promise<never> }> {
    // uPlot reads the language of the browser, which a headless one may not have
    const page = await browser.newPage({ viewport: { width: 720, height: 860 }, locale: 'en-US' });
    page.setDefaultTimeout(300_000);
    const errors: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
    const failure = new Promise<never>((_, reject) => page.on('pageerror', reject));
    failure.catch(() => undefined);
    await page.route('https://cdn.jsdelivr.net/npm/**', fromPackages);
    await page.goto(`${server.resolvedUrls!.local[0]}${name}/`);
    return { page, errors, failure };
  }

  test.each(['react', 'worker', 'script-tag'])(
    'the page of the example %s trains, can be stopped and go on, and draws what it has learned',
    async (name) => {
      const { page, errors, failure } = await open(name);
      const says = (text: RegExp) => Promise.race([page.locator('output', { hasText: text }).waitFor(), failure]);
      const press = (label: string) => page.getByRole('button', { name: label, disabled: false }).click();
      await says(/^idle/);
      await press('Start');
      await says(/^running.*→/);
      await press('Stop');
      await says(/^stopped/);
      await press('Start');
      await says(/^(running|finished)/);
      await says(/^finished/);
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });

      const [, first, last] = /loss ([\d.]+) → ([\d.]+)/.exec((await page.textContent('output'))!) ?? [];
      expect(Number(last)).toBeLessThan(0.95 * Number(first));
      expect(coloursIn(await page.locator('canvas.samples').screenshot())).toBeGreaterThan(100);
      expect(errors).toEqual([]);
      await page.close();
    },
  );

  test('the page without a bundler saves its model as a file, and draws it again in a new page', async () => {
    const { page, errors, failure } = await open('script-tag');
    const says = (text: RegExp) => Promise.race([page.locator('output', { hasText: text }).waitFor(), failure]);
    const press = (label: string) => page.getByRole('button', { name: label, disabled: false }).click();
    const drawn = () => page.evaluate<string>("document.querySelector('canvas').toDataURL()");
    await says(/^idle/);
    const before = await drawn();
    await press('Start');
    await says(/^running.*→/);
    await press('Stop');
    await says(/^stopped/);
    const [download] = await Promise.all([page.waitForEvent('download'), press('Save')]);
    expect(download.suggestedFilename()).toBe('faces.safetensors');
    const file = readFileSync(await download.path());
    const openFile = async (buffer: Buffer): Promise<void> => {
      await page.setInputFiles('input', { name: 'faces.safetensors', mimeType: '', buffer });
    };
    await openFile(file);
    await says(/^the map of the file/);
    const map = await drawn();
    await page.reload();
    await says(/^idle/);
    expect(await drawn()).toBe(before);
    await openFile(file.subarray(0, -1));
    await says(/^loadModel: `bytes` must/);
    await openFile(file);
    await says(/^the map of the file/);
    expect(await drawn()).toBe(map);
    expect(map).not.toBe(before);
    expect(errors).toEqual([]);
    await page.close();
  });

  const scriptOf = (path: string) => ({ path: join(consumer, 'node_modules', path) });
  const ours = (name: string) => scriptOf(`tfjs-generative/dist/${name}.global.js`);

  test('the scripts have every name of the entries that they replace', async () => {
    const page = await browser.newPage();
    await page.addScriptTag(scriptOf('@tensorflow/tfjs/dist/tf.min.js'));
    await page.addScriptTag(scriptOf('@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js'));
    await page.addScriptTag(ours('tfjs-generative'));
    for (const name of ['wasm', 'model', 'metrics']) await page.addScriptTag(ours(`tfjs-generative-${name}`));
    const names = await page.evaluate<string[][]>(
      '[tfjsGenerative, tfjsGenerativeWasm, tfjsGenerativeModel, tfjsGenerativeMetrics].map((script) => Object.keys(script).sort())',
    );
    const program = `
      const names = async (...entries) => (await Promise.all(entries.map((entry) => import(entry)))).flatMap(Object.keys).sort();
      const scripts = [names('tfjs-generative', ...['backend', 'browser', 'run'].map((name) => 'tfjs-generative/' + name)), ...['wasm', 'model', 'metrics'].map((name) => names('tfjs-generative/' + name))];
      console.log(JSON.stringify(await Promise.all(scripts)));`;
    expect(names).toEqual(JSON.parse(await runNode(write('script-names.mjs', program))));
    await page.close();
  });

  test('a page of scripts saves a model file that Node loads, loads it again and measures its samples', async () => {
    const page = await browser.newPage();
    await page.addScriptTag(scriptOf('@tensorflow/tfjs/dist/tf.min.js'));
    for (const name of ['', '-model', '-metrics']) await page.addScriptTag(ours(`tfjs-generative${name}`));
    const made = await page.evaluate<{
      bytes: number[];
      samples: number[];
      again: number[];
      distance: number;
      own: number[][];
    }>(`(async () => {
      await tfjsGenerative.startBackend('cpu');
      const { bernoulli, createDecoder, createRandom, dense, mlp, sequential } = tfjsGenerative;
      const { definePart, loadModel, saveModel } = tfjsGenerativeModel;
      const decoder = createDecoder(mlp({ sizes: [2, 8, 3], random: createRandom(1) }), { likelihood: bernoulli });
      const z = createRandom(2).normal([50, 2]);
      const file = await tfjsGenerativeModel.saveModel(decoder);
      const loaded = await tfjsGenerativeModel.loadModel(file, { as: 'decoder' });
      const [samples, again] = [decoder.mean(z), loaded.mean(z)];
      const { value } = await tfjsGenerativeMetrics.frechetDistance(samples, again);
      // the layers in a part of the page's own are those of the other script
      const block = definePart('page/block', ({ units, random }) => {
        const scale = tf.variable(tf.scalar(2));
        const body = dense({ inputs: 2, units, random });
        return { apply: (x) => body.apply(x).mul(scale), variables: [...body.variables, scale], dispose: () => body.dispose() };
      });
      const network = sequential([block({ units: 3, random: createRandom(4) }), mlp({ sizes: [3, 2], random: createRandom(5) })]);
      const networks = [network, await loadModel(await saveModel(network), { makers: [block], as: 'network' })];
      const own = await Promise.all(networks.map(async (one) => [...await one.apply(z).data()]));
      return { own, bytes: [...file], samples: [...await samples.data()], again: [...await again.data()], distance: value };
    })()`);
    expect(made.again).toEqual(made.samples);
    expect(made.own[1]).toEqual(made.own[0]);
    expect(made.distance).toBeCloseTo(0, 6);
    const program = `
      import '@tensorflow/tfjs-backend-cpu';
      import { createRandom } from 'tfjs-generative';
      import { loadModel } from 'tfjs-generative/model';
      const decoder = await loadModel(Uint8Array.from(${JSON.stringify(made.bytes)}), { as: 'decoder' });
      console.log(JSON.stringify([...await decoder.mean(createRandom(2).normal([50, 2])).data()]));`;
    const inNode = JSON.parse(await runNode(write('model-of-a-page.mjs', program))) as number[];
    inNode.forEach((number, i) => expect(number).toBeCloseTo(made.samples[i]!, 6));
    await page.close();
  });

  test('the script says that the one of tfjs must come first', async () => {
    const page = await browser.newPage();
    const error = page.waitForEvent('pageerror');
    await page.addScriptTag(ours('tfjs-generative'));
    expect((await error).message).toBe('tfjs-generative: the script of @tensorflow/tfjs must come first');
    await page.close();
  });

  test('the script for wasm says that the backend must come first', async () => {
    const page = await browser.newPage();
    await page.addScriptTag(scriptOf('@tensorflow/tfjs/dist/tf.min.js'));
    const error = page.waitForEvent('pageerror');
    await page.addScriptTag(ours('tfjs-generative-wasm'));
    expect((await error).message).toBe('tfjs-generative: the script of @tensorflow/tfjs-backend-wasm must come first');
    await page.close();
  });
});

/** Answers requests to the CDN with the files of the installed packages. */
async function fromPackages(route: Route): Promise<void> {
  const path = new URL(route.request().url()).pathname.replace('/npm/', '').replace(/@[\d.]+(?=\/)/, '');
  const file = join(consumer, 'node_modules', path);
  const { jsdelivr } = JSON.parse(
    readFileSync(join(consumer, 'node_modules/tfjs-generative/package.json'), 'utf8'),
  ) as { jsdelivr: string };
  await route.fulfill({
    path: path === 'tfjs-generative' ? join(file, jsdelivr) : file,
    headers: { 'access-control-allow-origin': '*' },
  });
}

/** How many colours a picture has: a canvas that was not drawn has one. */
function coloursIn(png: Buffer): number {
  const { data } = PNG.sync.read(png);
  return new Set(new Uint32Array(data.buffer, data.byteOffset, data.length / 4)).size;
}
