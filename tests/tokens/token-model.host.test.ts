import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRandom, ShapeError } from '../../src/index.js';
import { checkNetwork } from '../../src/testing/index.js';
import { createTokenModel, transformer } from '../../src/tokens/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { expectClose, read } from '../support/close.js';
import { asTensor, randomTransformer } from './small.js';
import { inScope } from '../support/in-scope.js';

inScope();

const size = { tokens: 4, length: 3 };

test('gradients of a transformer agree with finite differences', () =>
  checkNetwork(randomTransformer({ tokens: 3, length: 2, width: 4 }), {
    input: asTensor([
      [0, 2],
      [1, 3],
    ]),
    output: [2, 2, 3],
  }));

test('what follows the end of a sequence is in no term', async () => {
  const model = createTokenModel(randomTransformer(size), { ...size, end: 1 });
  const [first, ...others] = await read(
    model.logProb(
      asTensor([
        [3, 1, -1],
        [3, 1, 0],
        [3, 1, 3],
      ]),
    ),
  );
  await expectClose(others, [first!, first!], { absolute: 1e-6 });
});

test('a place with -1 is in no term', async () => {
  const network = randomTransformer(size);
  const short = createTokenModel(network, size);
  const [whole, part] = await read(
    short.logProb(
      asTensor([
        [3, 1, 2],
        [3, 1, -1],
      ]),
    ),
  );
  const logits = await read(tf.slice(network.apply(tf.tensor2d([[4, 3, 1]], [1, 3], 'int32')), [0, 2, 0], [1, 1, 4]));
  const total = Math.log(logits.reduce((sum, one) => sum + Math.exp(one), 0));
  await expectClose(whole! - part!, logits[2]! - total, { absolute: 1e-5 });
});

test('an untrained transformer finds all tokens equally likely', async () => {
  const model = createTokenModel(transformer({ ...size, width: 8, heads: 2, random: createRandom(1) }), size);
  await expectClose(
    model.logProb(
      asTensor([
        [0, 1, 2],
        [3, 3, 3],
      ]),
    ),
    [-3 * Math.log(4), -3 * Math.log(4)],
    { absolute: 1e-5 },
  );
});

test('no tensor leaks, also if the network is wrong', async () => {
  const network = randomTransformer(size);
  const model = createTokenModel(network, { ...size, end: 1 });
  const x = asTensor([[3, 1, 0]]);
  await checkNoLeaks(() => model.logProb(x));
  await checkNoLeaks(() => network.apply(x));
  await checkNoLeaks(() => network.applyNext!(x, []));
  const wrong = createTokenModel(
    { ...network, apply: (input, options) => tf.slice(network.apply(input, options), 0, 0) },
    size,
  );
  await checkNoLeaks(() => {
    expect(() => wrong.logProb(x)).toThrow(ShapeError);
  });
});

test('sequences of another shape or dtype are rejected by name', () => {
  const model = createTokenModel(randomTransformer(size), size);
  expect(() => model.logProb(tf.zeros([2, 3]))).toThrow(
    'logProb: `indices` must be int32; got float32. Cast with tf.cast.',
  );
  expect(() => model.logProb(tf.zeros([2, 4], 'int32'))).toThrow(
    'logProb: `indices` must have shape [?, 3]; got [2, 4]',
  );
  expect(() => randomTransformer(size).apply(tf.zeros([2, 4], 'int32'))).toThrow(
    'transformer: `input` must have shape [?, 3]; got [2, 4]. Make the transformer with a larger `length`.',
  );
});
