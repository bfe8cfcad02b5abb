import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { attention, type Network } from '../../../src/nets/index.js';
import { softmax } from '../../../src/operations/softmax.js';
import { createRandom } from '../../../src/random/index.js';
import file from '../../golden/layers.json';
import { expectClose, expectOracle, read } from '../../support/close.js';
import { goldenTensor } from '../../support/golden.js';
import { checkGradients, checkSecondGradients } from '../../support/checks.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const close = { relative: 1e-5, absolute: 2e-5 };

test('attention agrees with torch.nn.MultiheadAttention in float64, including gradients', async () => {
  const { x, dy, y, dx, weights, biases, out, outBiases, dweights, dbiases, dout, doutBiases } = file.attention;
  const layer = attention({ inputs: 4, heads: 2, random: createRandom(1) });
  [weights, biases, out, outBiases].forEach((value, i) => layer.variables[i]!.assign(goldenTensor(value)));
  const [input, slope] = [goldenTensor(x), goldenTensor(dy)];
  await expectOracle(layer.apply(input), y.data, close);
  await expectOracle(tf.grad((place: Tensor) => layer.apply(place))(input, slope), dx.data, close);
  const loss = (): Tensor => tf.sum(tf.mul(layer.apply(input), slope));
  const { grads } = tf.variableGrads(loss as () => Scalar, [...layer.variables]);
  for (const [i, expected] of [dweights, dbiases, dout, doutBiases].entries()) {
    await expectOracle(grads[layer.variables[i]!.name]!, expected.data, close);
  }
  // the pixels of an image are tokens, row by row
  const images = tf.reshape(tf.slice(input, [0, 0, 0], [2, 4, 4]), [2, 2, 2, 4]);
  const tokens = layer.apply(tf.reshape(images, [2, 4, 4]));
  await expectClose(layer.apply(images), await read(tokens), close);
});

test('each token of causal attention is the last one of full attention to the tokens before it', async () => {
  const random = createRandom(1);
  const [causal, full] = [true, false].map((causal) => attention({ inputs: 4, heads: 2, causal, random })) as [
    Network,
    Network,
  ];
  const x = random.normal([2, 5, 4]);
  const expected = [1, 2, 3, 4, 5].map((tokens) =>
    tf.slice(full.apply(tf.slice(x, [0, 0, 0], [2, tokens, 4])), [0, tokens - 1, 0], [2, 1, 4]),
  );
  await expectClose(causal.apply(x), await read(tf.concat(expected, 1)), close);
});

test('attention rejects heads that do not divide the channels', () => {
  const before = tf.memory().numTensors;
  expect(() => attention({ inputs: 6, heads: 4, random: createRandom(1) })).toThrow(
    'attention: `heads` must divide the inputs, 6; got 4.',
  );
  expect(tf.memory().numTensors).toBe(before);
});

describe('softmax', () => {
  const logits = [1.5, -0.3, 0.7, 2, 0.1, -1.2];

  test('is exp(x) over its sum, even for numbers whose exponential is infinite', async () => {
    for (const far of [0, 1000, -1000]) {
      const x = tf.tensor2d(logits, [2, 3]);
      const rows = [logits.slice(0, 3), logits.slice(3)].map((row) => row.map(Math.exp));
      const expected = rows.flatMap((row) => row.map((power) => power / row.reduce((sum, one) => sum + one)));
      await expectClose(softmax(tf.add(x, far)), expected, { relative: 2e-4 });
    }
  });

  test('has correct first and second derivatives', async () => {
    const x = tf.tensor2d(logits, [2, 3]);
    await checkGradients(softmax, [x]);
    const weights = tf.tensor2d([1, -2, 3, 0.5, 2, -1], [2, 3]);
    await checkSecondGradients((place) => tf.grad((at: Tensor) => tf.mul(softmax(at), weights))(place), [x]);
  });
});
