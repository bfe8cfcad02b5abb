import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { saveModel } from '../../src/model/index.js';
import { saveOnnx, type SaveOnnxOptions } from '../../src/onnx/index.js';
import { difference, runOnnx } from './run-onnx.js';

const random = g.createRandom(6);
const dense = (activation?: g.Activation): g.Network =>
  g.dense({ inputs: 3, units: 2, activation, random: random.fork('dense') });

test('a part of another origin is refused, also inside a network', async () => {
  const own: g.Network = { ...dense() };
  const before = g.dense({ inputs: 3, units: 3, random: random.fork('before') });
  const fix = /must be a part that can be exported; got .*Use one of this library/;
  await expect(saveOnnx(own)).rejects.toThrow(fix);
  await expect(saveOnnx(g.sequential([before, own]))).rejects.toThrow(fix);
  for (const wrong of [undefined, null, {}, 'model', dense]) {
    await expect(saveOnnx(wrong as never)).rejects.toThrow(/^saveOnnx: `part` must/);
  }
});

test('an activation of one’s own is refused, and so is a discriminator’s norm with one', async () => {
  await expect(saveOnnx(dense(tf.relu))).rejects.toThrow('got an activation of your own. Use one of this library.');
  const norm = ({ inputs }: { readonly inputs: number }): g.Network => g.groupNorm({ inputs, activation: tf.relu });
  const discriminator = g.dcganDiscriminator({ shape: [16, 16, 1], width: 8, norm, random });
  await expect(saveOnnx(discriminator)).rejects.toThrow('got an activation of your own');
});

test('a disposed part, and numbers that a file cannot hold, are refused', async () => {
  const layer = dense();
  const [weights] = layer.variables;
  weights!.assign(tf.fill([3, 2], 7e4));
  await expect(saveOnnx(layer, { half: true })).rejects.toThrow('must have numbers at most 65504; got 70000');
  weights!.assign(tf.fill([3, 2], NaN));
  await expect(saveOnnx(layer)).rejects.toThrow('got NaN');
  layer.dispose();
  await expect(saveOnnx(layer)).rejects.toThrow('must have numbers');
});

test.each<[SaveOnnxOptions, RegExp]>([
  [{ inputs: { x: [4] } }, /`inputs.x` must be a shape such as \[28, 28, 1\]; got \[4\]/],
  [{ inputs: { z: [3] } }, /`inputs` must name its inputs; got 'z'/],
  [{ inputs: { x: 3 as never } }, /`inputs.x` must be a shape/],
  [{ inputs: { x: [0] } }, /`inputs.x` must be a shape/],
  [{ half: 1 as never }, /`half` must be true or false/],
  [{ opset: 18 } as never, /must be an object with the keys inputs, half, part; got the key 'opset'/],
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

test('a damaged file is refused, whichever bit is wrong, unless that changes nothing; so is another file', async () => {
  const bytes = await saveModel(dense(g.relu));
  const intact = await saveOnnx(bytes);
  const refused = 'saveOnnx: `part` must be a part, or a file of saveModel';
  let accepted = 0;
  for (let i = 0; i < 8 * bytes.length; i += 5) {
    const damaged = bytes.slice();
    damaged[i >> 3]! ^= 1 << (i & 7);
    const result = await saveOnnx(damaged).catch((error: unknown) => String(error));
    if (typeof result === 'string') expect(result, `bit ${i}`).toContain(refused);
    else expect(result, `bit ${i}`).toEqual(intact);
    accepted += typeof result === 'string' ? 0 : 1;
  }
  // the names of types other than F16
  expect(accepted).toBeLessThan(40);
  for (const wrong of [new Uint8Array(), new Uint8Array(50), await g.saveWeights(dense())]) {
    await expect(saveOnnx(wrong)).rejects.toThrow(refused);
  }
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
