import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { loadModel, saveModel } from '../../src/model/index.js';
import { planModel } from '../../src/model/plan-model.js';
import { rejectModel } from '../../src/model/read-model-text.js';
import { forge } from './description-mutants.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = g.createRandom(1);
/** A network of many small tensors: a file of it is what a description may ask much of. */
const many = (count: number): g.Network => g.mlp({ sizes: new Array<number>(count + 1).fill(1), random });

async function refusalOf(file: Uint8Array, model: unknown): Promise<string> {
  const before = tf.memory().numTensors;
  const message = await loadModel(forge(file, { model: JSON.stringify(model) })).then(
    () => 'loaded',
    (error: unknown) => (error as Error).message,
  );
  expect(tf.memory().numTensors).toBe(before);
  return message;
}

test('a network of two thousand tensors is loaded', async () => {
  const network = many(1000);
  const loaded = await loadModel(await saveModel(network), { as: 'network' });
  expect(loaded.variables.length).toBe(2000);
  expect(await loaded.apply(tf.ones([1, 1])).data()).toEqual(await network.apply(tf.ones([1, 1])).data());
});

test('lists of variables that would be much larger than the file are rejected', async () => {
  const file = await saveModel(many(1000));
  const sizes = new Array<number>(1001).fill(1);
  const layers = [
    { kind: 'mlp', options: { sizes } },
    { kind: 'sequential', parts: new Array<number>(1000).fill(0) },
  ];
  expect(await refusalOf(file, { version: 1, layers, model: 1 })).toContain(
    'must describe a model of reasonable size; got networks with 2000000 variables in total, in layer 1',
  );
});

test('a description that asks for millions of tensors is refused at the first one that the file does not have', async () => {
  const file = await saveModel(many(10));
  const layers: unknown[] = Array.from({ length: 1000 }, () => ({
    kind: 'unet',
    options: { channels: 1, widths: new Array<number>(32).fill(8), blocks: 256 },
  }));
  layers.push({ kind: 'sequential', parts: [...layers.keys()] });
  expect(await refusalOf(file, { version: 1, layers, model: 1000 })).toContain(
    'must contain all tensors of its description; got 20, without one of shape [3, 3, 1, 8] for layer 0',
  );
});

test('a file of more tensors than any model needs is refused before its description is gone through', () => {
  const held = new Map(Array.from({ length: 2 ** 14 + 1 }, (_, i) => [String(i), { shape: [1], dtype: 'F32' }]));
  const text = { layers: [{ kind: 'nothing that could be made', options: {}, parts: [] }], roots: new Map([['', 0]]) };
  expect(() => planModel(text, held, rejectModel('loadModel'))).toThrow(
    'loadModel: `bytes` must contain at most 16384 tensors; got 16385.',
  );
});
