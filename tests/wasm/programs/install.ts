/**
 * Enables training on wasm before or after the backend starts, then a second time and from a second copy of the module,
 * and prints what came of it as JSON. A program of its own: a test's setup has already installed the kernels.
 */
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import * as wasm from '../../../src/wasm/index.js';
import { relativeError } from '../relative-error.js';

async function gradients(): Promise<Float32Array> {
  const results = tf.tidy(() => {
    const image = tf.reshape<tf.Rank.R4>(tf.sin(tf.range(0, 2 * 5 * 5 * 3)), [2, 5, 5, 3]);
    const filter = tf.reshape<tf.Rank.R4>(tf.cos(tf.range(0, 3 * 3 * 3 * 2)), [3, 3, 3, 2]);
    const convolve = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
      tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same');
    const [dx, dw] = tf.grads((x, w) => tf.sum(tf.square(convolve(x, w))))([image, filter]);
    return tf.concat([tf.reshape(dx!, [-1]), tf.reshape(dw!, [-1])]);
  });
  const values = (await results.data()) as Float32Array;
  results.dispose();
  return values;
}

const functions = (names: readonly string[]): unknown[] => names.map((name) => tf.getKernel(name, 'wasm').kernelFunc);

const order = process.argv[2];
if (order === 'after') await tf.setBackend('wasm');
const first = await wasm.enableWasmTraining();
const installed = functions(first.kernels);
const second = await wasm.enableWasmTraining();
const copy = createRequire(import.meta.url)('../../../src/wasm/index.ts') as typeof wasm;
const other = await copy.enableWasmTraining();
const isUnchanged = functions(first.kernels).every((kernel, i) => kernel === installed[i]);

await tf.setBackend('wasm');
const received = await gradients();
await tf.setBackend('cpu');
const error = relativeError(received, await gradients());
const isCopy = copy.enableWasmTraining !== wasm.enableWasmTraining;
process.stdout.write(`\n${JSON.stringify({ first, second, other, isCopy, isUnchanged, error })}\n`);
