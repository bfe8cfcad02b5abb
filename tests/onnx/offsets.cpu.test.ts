import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { saveOnnx } from '../../src/onnx/index.js';
import { difference, runOnnx } from './run-onnx.js';

const norms: Readonly<Record<string, g.Network>> = {
  layerNorm: g.layerNorm({ inputs: 16 }),
  'groupNorm of 4 groups': g.groupNorm({ inputs: 16, groups: 4 }),
  'groupNorm of each channel': g.groupNorm({ inputs: 16, groups: 16 }),
};

test.each(Object.entries(norms))('%s of numbers that differ little beside their mean', async (_, norm) => {
  const x = tf.add<tf.Tensor>(tf.mul(g.createRandom(1).normal([5, 4, 4, 16]), 0.1), 10);
  const { output } = await runOnnx(await saveOnnx(norm, { inputs: { x: [4, 4, 16] } }), [x]);
  expect(await difference(norm.apply(x), output)).toBeLessThan(2e-5);
});
