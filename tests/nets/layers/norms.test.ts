import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { batchNorm, groupNorm, layerNorm, swish, type Network } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { hasKernel, NORMALIZE_KERNEL } from '../../../src/tensor/own-kernels.js';
import file from '../../golden/layers.json';
import { expectClose, expectOracle, read } from '../../support/close.js';
import { dispatchedKernels } from '../../support/count-kernels.js';
import { goldenTensor } from '../../support/golden.js';
import { inScope } from '../../support/in-scope.js';

inScope();

type Case = (typeof file)['groupNorm'];
const close = { relative: 1e-5, absolute: 5e-6 };

/** Compares a norm's output and its gradients with those of PyTorch. */
async function expectCase(network: Network, expected: Case, training = false): Promise<void> {
  const [scale, offset] = network.variables;
  scale!.assign(goldenTensor(expected.scale));
  offset!.assign(goldenTensor(expected.offset));
  const [x, dy] = [goldenTensor(expected.x), goldenTensor(expected.dy)];
  const apply = (input: Tensor): Tensor => network.apply(input, { training });
  await expectOracle(apply(x), expected.y.data, close);
  await expectOracle(tf.grad(apply)(x, dy), expected.dx.data, close);
  const { grads } = tf.variableGrads(() => tf.sum<Scalar>(tf.mul(apply(x), dy)), [scale!, offset!]);
  await expectOracle(grads[scale!.name]!, expected.dscale.data, close);
  await expectOracle(grads[offset!.name]!, expected.doffset.data, close);
}

describe('agrees with PyTorch in float64, including gradients', () => {
  test('groupNorm', () => expectCase(groupNorm({ inputs: 6, groups: 3 }), file.groupNorm));
  test('layerNorm', () => expectCase(layerNorm({ inputs: 5 }), file.layerNorm));
  test('batchNorm in training', () => expectCase(batchNorm({ inputs: 3 }), file.batchNorm, true));

  test('batchNorm after training, with the moving statistics of two batches', async () => {
    const { x, second, scale, offset, movingMean, movingVariance, evaluated } = file.batchNorm;
    const layer = batchNorm({ inputs: 3 });
    layer.variables[0]!.assign(goldenTensor(scale));
    layer.variables[1]!.assign(goldenTensor(offset));
    for (const batch of [x, second]) layer.apply(goldenTensor(batch), { training: true });
    await expectOracle(layer.buffers![0]!, movingMean.data, close);
    await expectOracle(layer.buffers![1]!, movingVariance.data, close);
    await expectOracle(layer.apply(goldenTensor(x)), evaluated.data, close);
  });
});

test.each([groupNorm, layerNorm, batchNorm])('%o applies its activation last', async (norm) => {
  const x = createRandom(1).normal([3, 8]);
  const [plain, activated] = [norm({ inputs: 8 }), norm({ inputs: 8, activation: swish })];
  await expectClose(activated.apply(x), await read(swish(plain.apply(x))));
});

test('a mean a thousand times the spread costs few digits', async () => {
  const noise = createRandom(2).normal([2, 16, 8]);
  const far = tf.add(noise, 1000);
  // the sum rounded the noise itself, so compare with the rounded numbers
  const wanted = groupNorm({ inputs: 8, groups: 2 }).apply(tf.sub(far, 1000));
  await expectClose(groupNorm({ inputs: 8, groups: 2 }).apply(far), await read(wanted), { absolute: 2e-4 });
});

test('a constant input gives the offset and finite gradients, even with one number per channel', async () => {
  for (const layer of [groupNorm({ inputs: 8 }), layerNorm({ inputs: 8 }), batchNorm({ inputs: 8 })]) {
    layer.variables[1]!.assign(tf.range(0, 8));
    const x = tf.ones([1, 8]);
    const apply = (input: Tensor): Tensor => layer.apply(input, { training: true });
    await expectClose(apply(x), [0, 1, 2, 3, 4, 5, 6, 7]);
    expect((await read(tf.grad(apply)(x))).every(Number.isFinite)).toBe(true);
    for (const buffer of layer.buffers!) expect((await read(buffer)).every(Number.isFinite)).toBe(true);
  }
});

test('batchNorm keeps the share `momentum` of its statistics', async () => {
  const layer = batchNorm({ inputs: 1, momentum: 0.75 });
  layer.apply(tf.tensor2d([[2], [6]]), { training: true });
  await expectClose(layer.buffers![0]!, 0.25 * 4);
  await expectClose(layer.buffers![1]!, 0.75 + 0.25 * 8);
});

test('batchNorm leaves copies of its statistics as they are', async () => {
  const layer = batchNorm({ inputs: 300, momentum: 0.5 });
  const copies = layer.buffers!.map((buffer) => tf.clone(buffer));
  const batch = tf.stack([tf.range(0, 300), tf.range(2, 302)]);
  layer.apply(batch, { training: true });
  await expectClose(copies[0]!, new Array<number>(300).fill(0));
  await expectClose(copies[1]!, new Array<number>(300).fill(1));
  await expectClose(layer.buffers![0]!, tf.mul(0.5, tf.range(1, 301)));
  await expectClose(layer.buffers![1]!, new Array<number>(300).fill(1.5));
});

// On a GPU the cost of a norm is its number of kernels: with tfjs's own operations there are 39, including the gradients.
test('groupNorm dispatches 9 kernels, and 26 with all its gradients; 1 and 2 where the backend has our own', () => {
  const [forward, both] = hasKernel(NORMALIZE_KERNEL) ? [1, 2] : [9, 26];
  const layer = groupNorm({ inputs: 8, groups: 2 });
  const x = createRandom(1).normal([2, 3, 2, 8]);
  expect(dispatchedKernels(() => layer.apply(x))).toHaveLength(forward);
  const all = tf.grads((...[input]: Tensor[]) => layer.apply(input!));
  expect(dispatchedKernels(() => all([x, ...layer.variables], x))).toHaveLength(both);
});

test('a wrong option or input is named', () => {
  expect(() => groupNorm({ inputs: 12 })).toThrow('groupNorm: `groups` must divide the inputs, 12; got 8.');
  expect(() => groupNorm({ inputs: 8, epsilon: 0 })).toThrow('groupNorm: `epsilon` must be finite and above 0; got 0.');
  expect(() => layerNorm({ inputs: 0 })).toThrow(
    'layerNorm: `inputs` must be a positive integer and at most 268435456; got 0.',
  );
  expect(() => batchNorm({ inputs: 2, momentum: 1 })).toThrow('batchNorm: `momentum` must be finite and at least 0');
  expect(() => batchNorm({ inputs: 2 }).apply(tf.ones([5, 4, 3]))).toThrow(
    'batchNorm: `input` must have shape [?, ?, 2]; got [5, 4, 3]. Its last axis must be the 2 channels of the layer.',
  );
});
