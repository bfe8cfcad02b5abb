import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { saveOnnx } from '../../src/onnx/index.js';
import { examplesOf, inputsOf, trained } from './cases.js';
import { difference, runOnnx } from './run-onnx.js';

describe.each(trained)('$name', (given) => {
  test.each([1, 3])('agrees with ONNX Runtime for %i examples', async (count) => {
    const network = given.make();
    const examples = examplesOf(given, given.name === 'minibatchStddev' ? 2 * count : count);
    const { inputs, values } = inputsOf(given, examples);
    const { output } = await runOnnx(await saveOnnx(network, { inputs }), values);
    const ours = tf.tidy(() => network.apply(examples.x, examples.options));
    expect(await difference(ours, output)).toBeLessThan(1e-5);
  });
});
