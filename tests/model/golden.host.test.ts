import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import { describeModel, loadModel, saveModel } from '../../src/model/index.js';
import golden from '../golden/model.json';
import { expectOracle } from '../support/close.js';
import { goldenTensor } from '../support/golden.js';

/** Put together by hand, checksums included, by a program that knows nothing of this library: tests/golden/make_model.py. */
const bytes = Uint8Array.from(atob(golden.file), (letter) => letter.charCodeAt(0));

const near = { relative: 2e-6, absolute: 1e-6 };

afterAll(() => {
  tf.disposeVariables();
});

test('a file of the first version is loaded, and its parts give the numbers of float64', async () => {
  const { decoder, encoder, head } = await loadModel(bytes, {
    as: { decoder: 'decoder', encoder: 'encoder', head: 'network' },
  });
  const [z, x] = [goldenTensor(golden.z), goldenTensor(golden.x)];
  await expectOracle(decoder.mean(z), golden.means.data, near);
  await expectOracle(decoder.likelihood.logProb(x, decoder.decode(z)), golden.logProb.data, near);
  const { mean, logVariance } = encoder.encode(goldenTensor(golden.images));
  await expectOracle(mean, golden.mean.data, near);
  await expectOracle(logVariance, golden.logVariance.data, near);
  const condition = tf.tensor1d(golden.classes, 'int32');
  await expectOracle(head.apply(goldenTensor(golden.h), { condition }), golden.head.data, near);
});

test('such a file describes its content, and is written again with all options', async () => {
  const { metadata, parts } = describeModel(bytes);
  expect(metadata).toEqual({ note: 'von Hand' });
  expect(Object.entries(parts).map(([name, { as, parameters }]) => [name, as, parameters])).toEqual([
    ['decoder', 'decoder', 2 * 3 + 3 + 3 + 3 + 3 * 4 + 4],
    ['encoder', 'encoder', 4 * 2 + 2],
    ['head', 'network', 9 + 3 + 9 + 3 + 2],
  ]);
  const model = (await loadModel(bytes)) as Parameters<typeof saveModel>[0];
  const again = describeModel(await saveModel(model, { metadata }));
  expect(again).toMatchObject(describeModel(bytes));
  expect(again.parts['decoder']!.parts[0]!.parts[1]!.options).toEqual({
    inputs: 3,
    activation: 'swish',
    momentum: 0.9,
    epsilon: 0.001,
  });
});
