import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { saveOnnx } from '../../src/onnx/index.js';
import { examplesOf, inputsOf, trained } from './cases.js';

const PYTHON = '/usr/bin/python3';
/** What Python prints about its own libraries is shown only if it fails. */
const quiet = { encoding: 'utf8' as const, stdio: 'pipe' as const };
const judge = fileURLToPath(new URL('python/judge.py', import.meta.url));
const isInstalled = ['onnx', 'onnxruntime'].every((name) => spawnSync(PYTHON, ['-c', `import ${name}`]).status === 0);
if (!isInstalled)
  console.warn(`${PYTHON} has no onnx and onnxruntime: Debian's judgement of exported models is NOT TESTED.`);

const plain = async (x: Tensor) => ({ dtype: x.dtype, shape: x.shape, data: Array.from(await x.data()) });

test.skipIf(!isInstalled)("Debian's checker accepts every network, and its runtime gives our numbers", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'onnx-'));
  try {
    const cases: Record<string, unknown> = {};
    for (const [i, given] of trained.entries()) {
      const network = given.make();
      const examples = examplesOf(given, given.name === 'minibatchStddev' ? 6 : 3);
      const { inputs, values } = inputsOf(given, examples);
      const file = `${i}.onnx`;
      writeFileSync(join(folder, file), await saveOnnx(network, { inputs }));
      const ours = tf.tidy(() => network.apply(examples.x, examples.options));
      cases[given.name] = { file, inputs: await Promise.all(values.map(plain)), output: await plain(ours) };
    }
    // Debian's runtime loses the digits of a variance that is small beside the mean
    for (const norm of [g.layerNorm({ inputs: 16 }), g.groupNorm({ inputs: 16, groups: 4 })]) {
      const x = tf.tidy(() => tf.add<Tensor>(tf.mul(g.createRandom(1).normal([5, 4, 4, 16]), 0.1), 10));
      const file = `offset ${Object.keys(cases).length}.onnx`;
      writeFileSync(join(folder, file), await saveOnnx(norm, { inputs: { x: [4, 4, 16] } }));
      cases[file] = { file, inputs: [await plain(x)], output: await plain(norm.apply(x)) };
    }
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
    execFileSync(PYTHON, [judge, 'check', folder], quiet);
    const printed = execFileSync(PYTHON, [judge, 'run', folder], quiet);
    const differences = JSON.parse(printed) as Readonly<Record<string, number>>;
    expect(Object.keys(differences)).toEqual(Object.keys(cases));
    for (const [name, largest] of Object.entries(differences)) {
      const { data } = (cases[name] as { readonly output: { readonly data: number[] } }).output;
      expect(largest / Math.max(1, ...data.map(Math.abs)), name).toBeLessThan(1e-5);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
