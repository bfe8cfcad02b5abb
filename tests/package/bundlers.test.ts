import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { chromium as playwright } from 'playwright';
import { expect, test } from 'vitest';
import { build as vite, preview } from 'vite';
import { findChromium, launchOptions } from '../browser/chromium.js';
import { consumer, runNode, write } from './consumer.js';

// tfjs-core with its gradients, without the union of tfjs; KL of N([3, 4], I) from N(0, I) is (9 + 16) / 2 nats.
const program = `
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';
import { createAdam, createRandom, createTrainer, gaussianKl, mlp, readMetrics } from 'tfjs-generative';
async function main(show) {
  const kl = await gaussianKl({ mean: tf.tensor([[3, 4]]), logVariance: tf.zeros([1, 2]) }).data();
  const random = createRandom(1);
  const network = mlp({ sizes: [2, 4, 2], random });
  const loss = ({ x, options }) => ({ loss: tf.mean(tf.square(network.apply(x, options))) });
  const optimizer = createAdam({ learningRate: 0.01 });
  const trainer = createTrainer({ name: 'app', parts: { network }, optimizer, random, loss });
  const x = tf.ones([1, 2]);
  const [before, after] = [await readMetrics(trainer.step(x)), await readMetrics(trainer.evaluate(x))];
  show('nats ' + kl[0] + ', learns ' + (after.loss < before.loss));
}
`;

test('a program bundled by esbuild runs in Node', async () => {
  const outfile = join(consumer, 'esbuild', 'bundle.cjs');
  const { metafile } = await esbuild({
    metafile: true,
    stdin: { contents: `${program} main(console.log);`, resolveDir: consumer },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    // The other form of tfjs's backends is marked as free of side effects, so it would be dropped together with its registration.
    mainFields: ['module', 'main'],
    logLevel: 'silent',
    outfile,
  });
  expect(await runNode(outfile)).toContain('nats 12.5, learns true');
  // the union would bring tfjs's layers
  expect(Object.keys(metafile.inputs).filter((input) => /tfjs-layers|tfjs-converter|tfjs-data/.test(input))).toEqual(
    [],
  );
});

const chromium = await findChromium().catch(() => undefined);

test.skipIf(chromium === undefined)('an app built by Vite runs in a browser', async () => {
  const root = join(consumer, 'vite');
  write('vite/main.js', `${program} main((text) => (document.title = text));`);
  write('vite/index.html', '<!doctype html><script type="module" src="main.js"></script>');
  await vite({ root, configFile: false, logLevel: 'silent', build: { target: 'es2022' } });
  const server = await preview({
    root,
    configFile: false,
    logLevel: 'silent',
    preview: { port: 0, host: '127.0.0.1' },
  });
  const browser = await playwright.launch(launchOptions(chromium!));
  try {
    const page = await browser.newPage();
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await page.waitForFunction('document.title !== ""');
    expect(await page.title()).toBe('nats 12.5, learns true');
  } finally {
    await browser.close();
    await server.close();
  }
});
