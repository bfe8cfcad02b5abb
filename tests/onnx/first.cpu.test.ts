import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { bernoulli, createDecoder, createRandom, dcganGenerator, mlp, unet } from '../../src/index.js';
import { saveOnnx } from '../../src/onnx/index.js';
import { difference, runOnnx } from './run-onnx.js';

const random = createRandom(36);

test('a decoder', async () => {
  const part = createDecoder(mlp({ sizes: [4, 32, 64], random }), { likelihood: bernoulli });
  const z = random.normal([3, 4]);
  const out = await runOnnx(await saveOnnx(part), [z]);
  expect(await difference(part.decode(z), out['parameters'])).toBeLessThan(1e-5);
  expect(await difference(part.mean(z), out['mean'])).toBeLessThan(1e-5);
});

test('a generator', async () => {
  const part = dcganGenerator({ latentSize: 8, shape: [28, 28, 1], width: 8, random });
  const z = random.normal([3, 8]);
  const out = await runOnnx(await saveOnnx(part), [z]);
  expect(await difference(part.apply(z), out['output'])).toBeLessThan(1e-5);
});

test('a U-Net', async () => {
  const part = unet({ channels: 1, widths: [8, 16], attention: [1], classes: 3, random });
  for (const size of [28, 14]) {
    const x = random.normal([3, size, size, 1]);
    const timesteps = tf.tensor1d([0, 500, 999], 'int32');
    const condition = tf.tensor1d([0, 2, -1], 'int32');
    const out = await runOnnx(await saveOnnx(part), [x, timesteps, condition]);
    expect(await difference(part.apply(x, { timesteps, condition }), out['output'])).toBeLessThan(1e-4);
  }
});
