import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as g from '../../../src/index.js';
import { transformer } from '../../../src/tokens/index.js';

const random = g.createRandom(1);
const square = (side: number): [number, number, number] => [side, side, 1];

/** Calls that ask for more than any memory holds, or for a search without end. */
const calls: Readonly<Record<string, () => unknown>> = {
  'dcganGenerator of odd images': () => g.dcganGenerator({ latentSize: 2, shape: square(1e15 + 1), random }),
  'dcganGenerator of wide images': () => g.dcganGenerator({ latentSize: 2, shape: [28, 1e15 + 1, 1], random }),
  'dcganGenerator of huge images': () => g.dcganGenerator({ latentSize: 2, shape: square(2 ** 52), random }),
  'dcganGenerator of many channels': () => g.dcganGenerator({ latentSize: 2, shape: [32, 32, 1e15], random }),
  'dcganGenerator of many latents': () => g.dcganGenerator({ latentSize: 1e12, shape: square(32), random }),
  'dcganGenerator of a large width': () => g.dcganGenerator({ latentSize: 2, shape: square(32), width: 1e9, random }),
  'dcganDiscriminator of odd images': () => g.dcganDiscriminator({ shape: square(1e15 + 1), random }),
  'convEncoder of huge images': () => g.convEncoder({ shape: square(1e15 + 1), widths: [8], outputs: 2, random }),
  'convEncoder of many widths': () =>
    g.convEncoder({ shape: square(28), widths: new Array<number>(1e6).fill(1), outputs: 2, random }),
  'convEncoder of many outputs': () => g.convEncoder({ shape: square(28), widths: [8], outputs: 1e12, random }),
  'convDecoder of huge images': () => g.convDecoder({ inputs: 2, shape: square(1e15 + 1), widths: [8], random }),
  'unet of many blocks': () => g.unet({ channels: 1, blocks: 1e9, random }),
  'unet of many levels': () => g.unet({ channels: 1, widths: new Array<number>(1e5).fill(8), random }),
  'unet1d of many blocks': () => g.unet1d({ channels: 1, blocks: 1e9, random }),
  'dit of many blocks': () => g.dit({ size: 28, channels: 1, depth: 1e9, random }),
  'dit of a huge patch': () => g.dit({ size: 1e15, channels: 1, patch: 1e15, random }),
  'transformer of many layers': () => transformer({ tokens: 4, length: 4, layers: 1e9, random }),
  'createFlowPrior of many layers': () => g.createFlowPrior({ latentSize: 2, layers: 1e9, random }),
  'mlp of many layers': () => g.mlp({ sizes: new Array<number>(1e6).fill(2), random }),
  'denoisingMlp of a large width': () => g.denoisingMlp({ size: 2, width: 1e9, random }),
  'batchNorm of many channels': () => g.batchNorm({ inputs: 1e12 }),
  'groupNorm of many channels': () => g.groupNorm({ inputs: 8e9 }),
  'layerNorm of many channels': () => g.layerNorm({ inputs: 8e9 }),
  'conv2d of a huge kernel': () => g.conv2d({ inputs: 1, filters: 1, kernelSize: 1e15, random }),
  'embedding of many classes': () => g.embedding({ classes: 2 ** 31, size: 2 ** 31, random }),
  'timeEmbedding of a huge size': () => g.timeEmbedding({ size: 2 ** 40 }),
  'upsample by a huge factor': () => g.upsample({ factor: 1e15 }),
  'linearSchedule of many steps': () => g.linearSchedule({ steps: 1e12 }),
  'cosineSchedule of many steps': () => g.cosineSchedule({ steps: 1e12 }),
  'flowSchedule of many steps': () => g.flowSchedule({ steps: 1e12 }),
};

test.each(Object.entries(calls))('%s is refused before anything is made', (_, call) => {
  const { numTensors } = tf.memory();
  expect(call).toThrow(/^[\w.]+: `[^`]+` must [^;]+; got [^\n]+\.$/);
  expect(tf.memory().numTensors).toBe(numTensors);
});

test.each([
  [29, '28 or 32'],
  [33, '32 or 40'],
  [7, '8'],
  [96, undefined],
  [100, '96 or 112'],
  [2 ** 28 - 1, `${7 * 2 ** 25} or ${2 ** 28}`],
])('the sizes of a DCGAN next to %i', (side, sizes) => {
  const make = (): g.Network => g.dcganDiscriminator({ shape: square(side), width: 1, random });
  if (sizes === undefined) make().dispose();
  else expect(make).toThrow(`A square of ${sizes} would do`);
});
