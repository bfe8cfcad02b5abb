import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterAll, expect, test, vi } from 'vitest';
import type * as enabling from '../../src/wasm/enable-wasm-training.js';
import type { ReplacedKernel } from '../../src/wasm/kernels/kernel.js';
import type * as limiting from '../../src/wasm/kernels/limits.js';
import { expectAgreement } from './agree.js';

const original = tf.getKernel('Sign', 'wasm');
let calls = 0;

/** The file of a new kernel. */
const toySign: ReplacedKernel = {
  kernelName: 'Sign',
  replace: (stock) => (args) => {
    calls++;
    return stock(args);
  },
};

/** What the list of `enableWasmTraining` gains: with its own file, its test and its row in the guide, a kernel touches four places. */
vi.doMock('../../src/wasm/kernels/limits.js', async (importOriginal) => {
  const { limits } = await importOriginal<typeof limiting>();
  return { limits: [...limits, toySign] };
});

afterAll(() => {
  tf.unregisterKernel('Sign', 'wasm');
  tf.registerKernel(original);
});

test('a new kernel in the list is installed in addition to the others, and agrees with cpu', async () => {
  // another copy of the module, which reads the list again
  const copy = '../../src/wasm/enable-wasm-training.js?with-a-toy';
  const { enableWasmTraining } = (await import(copy)) as typeof enabling;
  const { kernels, installed } = await enableWasmTraining();
  expect(installed).toEqual(['Sign']);
  expect(kernels).toContain('Sign');
  await expectAgreement(tf.sign, [[3, 4]]);
  expect(calls).toBeGreaterThan(0);
});
