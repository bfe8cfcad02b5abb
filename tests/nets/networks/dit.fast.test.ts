import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { dit, ditBlock } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import file from '../../golden/layers.json';
import { expectOracle } from '../../support/close.js';
import { goldenTensor, type GoldenTensor } from '../../support/golden.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const random = createRandom(1);
const options = () => ({ timesteps: tf.tensor1d([3, 700], 'int32'), condition: tf.tensor1d([2, -1], 'int32') });

test('dit agrees with PyTorch in float64, including the gradients in the input and in all variables', async () => {
  const { x, dy, y, dx, ...others } = file.dit;
  const named = others as Readonly<Record<string, GoldenTensor>>;
  const network = dit({ size: [4, 6], channels: 1, width: 8, depth: 1, heads: 2, classes: 3, timeSize: 4, random });
  const { variables } = network;
  expect(Object.keys(named)).toHaveLength(2 * variables.length);
  variables.forEach((variable, i) => variable.assign(goldenTensor(named[`variable${i}`]!)));
  const [input, slope] = [goldenTensor(x), goldenTensor(dy)];
  const close = { relative: 1e-5, absolute: 1e-5 };
  await expectOracle(network.apply(input, options()), y.data, close);
  const place = tf.variable(input);
  const loss = (): Tensor => tf.sum(tf.mul(network.apply(place, options()), slope));
  const { grads } = tf.variableGrads(loss as () => Scalar, [...variables, place]);
  await expectOracle(grads[place.name]!, dx.data, close);
  for (const [i, { name }] of variables.entries()) await expectOracle(grads[name]!, named[`slope${i}`]!.data, close);
});

test('a block starts as the identity, and dit as zero', async () => {
  const x = random.normal([2, 4, 4]);
  const block = ditBlock({ inputs: 4, conditionSize: 3, random });
  expect(await block.apply(x, { condition: random.normal([2, 3]) }).data()).toEqual(await x.data());
  const network = dit({ size: 4, channels: 1, width: 4, depth: 1, random });
  const output = network.apply(tf.reshape(x, [2, 4, 4, 1]), options());
  expect(await output.data()).toEqual(new Float32Array(32));
});

test('refuses sizes that do not fit, by name', () => {
  const sizes = { size: [6, 8] as const, channels: 1, depth: 1, random };
  expect(() => dit({ ...sizes, patch: 4 })).toThrow('dit: `size` must be a multiple of the patch, 4; got [6, 8].');
  expect(() => dit({ ...sizes, width: 10 })).toThrow('dit: `width` must be a multiple of 4; got 10.');
  expect(() => dit({ ...sizes, heads: 3 })).toThrow('dit: `heads` must divide the width, 64; got 3.');
  expect(() => ditBlock({ inputs: 6, conditionSize: 1, random })).toThrow(
    'ditBlock: `heads` must divide the inputs, 6; got 4.',
  );
  expect(() => dit({ ...sizes, width: 4 }).apply(tf.zeros([1, 8, 6, 1]), options())).toThrow(
    'dit: `input` must have shape [?, 6, 8, 1]; got [1, 8, 6, 1]. The network is made for images of this size.',
  );
});
