import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { consumer, runNode, write } from './consumer.js';

/** What a program prints after `said`, as JSON. */
async function said(file: string): Promise<unknown> {
  return JSON.parse(/^said (.*)$/m.exec(await runNode(file))![1]!);
}

test('options of the wrong kind are refused, and a start can follow', async () => {
  const wrong = `[
    { path: '/wasm/' }, { paths: 5 }, { paths: { simd: '/x.wasm' } }, { paths: { 'tfjs-backend-wasm-simd.wasm': 5 } },
    { paths: { 'tfjs-backend-wasm-simd.wasm': 'x', simd: 'x' } }, { helper: 5 }, { helper: 'data:text/javascript,' }, { threads: 0 },
    { wide: 'yes' },
  ]`;
  const program = write(
    'wrong-options.mjs',
    `import * as tf from '@tensorflow/tfjs'; import { startWasm } from 'tfjs-generative/wasm';
     const said = [];
     for (const options of ${wrong}) said.push(await startWasm(options).then(() => 'started', String));
     await startWasm(); said.push(tf.getBackend()); console.log('said ' + JSON.stringify(said));`,
  );
  const binary = 'tfjs-backend-wasm-simd.wasm';
  const names = `${binary}, tfjs-backend-wasm.wasm, tfjs-backend-wasm-threaded-simd.wasm`;
  expect(await said(program)).toEqual([
    "TypeError: startWasm: `options` must be an object with the keys paths, threads, helper, wide, fused; got the key 'path'.",
    `TypeError: startWasm: \`paths\` must be a folder's address, or { '${binary}': address }; got 5.`,
    `TypeError: startWasm: \`paths\` must be a folder's address, or { '${binary}': address }; got { simd }.`,
    `TypeError: startWasm: \`paths['${binary}']\` must be an address, a string or a URL; got 5.`,
    `TypeError: startWasm: \`paths\` must be an object with the keys ${names}; got the key 'simd'.`,
    'TypeError: startWasm: `helper` must be an address, a string or a URL; got 5.',
    "TypeError: startWasm: `helper` must be the address of a file; got 'data:text/javascript,'. Keep the bundler from " +
      "inlining it; with Vite, import 'tfjs-generative/wasm-helper?worker&url'.",
    'RangeError: startWasm: `threads` must be a positive integer; got 0.',
    "TypeError: startWasm: `wide` must be true or false; got 'yes'.",
    'wasm',
  ]);
});

test("a bundle for Node names the missing file, and starts once tfjs's binary is next to it", async () => {
  const folder = join(consumer, 'for-node');
  const outfile = join(folder, 'bundle.cjs');
  await build({
    stdin: {
      contents: `
        import * as tf from '@tensorflow/tfjs'; import { startWasm } from 'tfjs-generative/wasm';
        startWasm().then(() => 'started', String).then((outcome) => console.log('said ' + JSON.stringify([outcome, tf.getBackend() ?? 'none'])));`,
      resolveDir: consumer,
    },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    logLevel: 'silent',
    outfile,
  });
  const binary = 'tfjs-backend-wasm-simd.wasm';
  expect(await said(outfile)).toEqual([
    "Error: startWasm: `backend` 'wasm' must be able to start here; got ENOENT: no such file or directory, open " +
      `'${join(folder, binary)}'. Put tfjs's binary there, or say where it is: startWasm({ paths }).`,
    'none',
  ]);
  cpSync(join(consumer, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist', binary), join(folder, binary));
  expect(await said(outfile)).toEqual(['started', 'wasm']);
});

test('a program trains in plain Node with tfjs-core and the wasm backend alone', async () => {
  const program = write(
    'without-tfjs.mjs',
    `import * as tf from '@tensorflow/tfjs-core';
     import { createAdam, createGaussianEncoder, createDecoder, createRandom, createVaeTrainer, bernoulli, mlp, readMetrics } from 'tfjs-generative';
     import { startWasm } from 'tfjs-generative/wasm';
     const before = tf.getGradient('Add') ?? null;
     await startWasm();
     const random = createRandom(1);
     const encoder = createGaussianEncoder(mlp({ sizes: [6, 16, 4], random: random.fork('encoder') }), { latentSize: 2 });
     const decoder = createDecoder(mlp({ sizes: [2, 16, 6], random: random.fork('decoder') }), { likelihood: bernoulli });
     const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 0.02 }), random });
     const x = tf.tile(tf.tensor2d([[1, 0, 1, 0, 1, 0]]), [8, 1]);
     const losses = [];
     for (let i = 0; i < 60; i++) losses.push((await readMetrics(trainer.step(x))).loss);
     // tfjs registers a gradient of pow, and this library none
     const alone = before === null && tf.getGradient('Pow') === undefined;
     console.log('said ' + JSON.stringify([alone, losses[59] < losses[0] / 3]));`,
  );
  expect(await said(program)).toEqual([true, true]);
});
