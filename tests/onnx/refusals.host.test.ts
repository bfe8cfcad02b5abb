import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { saveOnnx, type SaveOnnxOptions } from '../../src/onnx/index.js';
import { difference, runOnnx } from './run-onnx.js';

const random = g.createRandom(6);
const dense = (activation?: g.Activation): g.Network =>
  g.dense({ inputs: 3, units: 2, activation, random: random.fork('dense') });

test('what is no part is refused, and a part of another origin is exported if the shape of its input is given', async () => {
  for (const wrong of [undefined, null, {}, 'model', dense]) {
    await expect(saveOnnx(wrong as never)).rejects.toThrow(/^saveOnnx: `part` must/);
  }
  const own: g.Network = { ...dense() };
  await expect(saveOnnx(own)).rejects.toThrow(
    'saveOnnx: `inputs.x` must be a shape such as [28, 28, 1]; got undefined',
  );
  const before = g.dense({ inputs: 3, units: 3, random: random.fork('before') });
  const x = random.normal([4, 3]);
  for (const [network, options] of [
    [own, { inputs: { x: [3] } }],
    [g.sequential([before, own]), {}],
    [dense(tf.relu), {}],
  ] as const) {
    const { output } = await runOnnx(await saveOnnx(network, options), [x]);
    expect(await difference(network.apply(x), output)).toBeLessThan(1e-6);
  }
});

test('a disposed part, and numbers that a file cannot hold, are refused', async () => {
  const layer = dense();
  const [weights] = layer.variables;
  weights!.assign(tf.fill([3, 2], 7e4));
  await expect(saveOnnx(layer, { half: true })).rejects.toThrow('must have numbers at most 65504; got 70000');
  weights!.assign(tf.fill([3, 2], NaN));
  await expect(saveOnnx(layer)).rejects.toThrow('got NaN');
  layer.dispose();
  await expect(saveOnnx(layer)).rejects.toThrow('saveOnnx: `part` must not be disposed');
});

test.each<[SaveOnnxOptions, RegExp]>([
  [{ inputs: { x: [4] } }, /`inputs.x` must be a shape such as \[28, 28, 1\]; got \[4\]/],
  [{ inputs: { z: [3] } }, /`inputs` must name its inputs; got 'z'/],
  [{ inputs: { x: 3 as never } }, /`inputs.x` must be a shape/],
  [{ inputs: { x: [0] } }, /`inputs.x` must be a shape/],
  [{ half: 1 as never }, /`half` must be true or false/],
  [{ opset: 18 } as never, /must be an object with the keys inputs, half, names; got the key 'opset'/],
])('the options %j are refused', async (options, message) => {
  await expect(saveOnnx(dense(), options)).rejects.toThrow(message);
});

test('a layer for any number of axes needs the shape of an example', async () => {
  const norm = g.layerNorm({ inputs: 3 });
  await expect(saveOnnx(norm)).rejects.toThrow('`inputs.x` must be a shape such as [28, 28, 1]; got undefined');
  const x = random.normal([2, 4, 3]);
  const { output } = await runOnnx(await saveOnnx(norm, { inputs: { x: [4, 3] } }), [x]);
  expect(await difference(norm.apply(x), output)).toBeLessThan(1e-5);
});

test('half precision halves the file, and changes the output by rounding only', async () => {
  const network = g.mlp({ sizes: [3, 200, 200, 2], random });
  const [full, half] = [await saveOnnx(network), await saveOnnx(network, { half: true })];
  expect(half.length / full.length).toBeLessThan(0.51);
  const x = random.normal([5, 3]);
  const { output } = await runOnnx(half, [x]);
  const off = await difference(network.apply(x), output);
  expect(off).toBeLessThan(1e-3);
  expect(off).toBeGreaterThan(1e-6);
  const embedding = g.embedding({ classes: 3, size: 2, random });
  const labels = tf.tensor1d([2, -1], 'int32');
  const vectors = await runOnnx(await saveOnnx(embedding, { half: true }), [labels]);
  expect(await difference(embedding.apply(labels), vectors['output'])).toBeLessThan(1e-3);
});

test('a label out of range gives NaN, as it does here', async () => {
  const labels = tf.tensor1d([-3, -2, 3, 4], 'int32');
  const { output } = await runOnnx(await saveOnnx(g.embedding({ classes: 3, size: 1, random })), [labels]);
  expect([...output!.data].every(Number.isNaN)).toBe(true);
});

test('nothing leaks, also when the export is refused', async () => {
  const network = g.unet({ channels: 1, widths: [8], random });
  const before = tf.memory().numTensors;
  await saveOnnx(network);
  await saveOnnx({ ...network }).catch(() => undefined);
  await saveOnnx(network, { inputs: { z: [3] } }).catch(() => undefined);
  expect(tf.memory().numTensors).toBe(before);
});
