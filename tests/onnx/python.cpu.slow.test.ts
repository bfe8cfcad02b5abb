import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { saveOnnx } from '../../src/onnx/index.js';
import { examplesOf, inputsOf, trained } from './cases.js';
import { hasDebian, inFolder, judgeFiles } from './debian.js';

const plain = async (x: Tensor) => ({ dtype: x.dtype, shape: x.shape, data: Array.from(await x.data()) });

test.skipIf(!hasDebian())("Debian's checker accepts every network, and its runtime gives our numbers", () =>
  inFolder(async (folder) => {
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
    judgeFiles('check', folder);
    const differences = JSON.parse(judgeFiles('run', folder)) as Readonly<Record<string, number>>;
    expect(Object.keys(differences)).toEqual(Object.keys(cases));
    for (const [name, largest] of Object.entries(differences)) {
      const { data } = (cases[name] as { readonly output: { readonly data: number[] } }).output;
      expect(largest / Math.max(1, ...data.map(Math.abs)), name).toBeLessThan(1e-5);
    }
  }),
);
