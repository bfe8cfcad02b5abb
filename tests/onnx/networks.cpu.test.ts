import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { saveOnnx } from '../../src/onnx/index.js';
import { examplesOf, trained } from './cases.js';
import { difference, runOnnx } from './run-onnx.js';

/** Layers that accept any number of axes, so that the shape of an example must be passed. */
const anyShape =
  /^(attention|batchNorm|dropout|flatten|gaussianNoise|glu|groupNorm|layerNorm|minibatchStddev|reshape|withScaleAndShift|embedding of vectors)/;

const networksOfLayers = new Set(['unet', 'dcgan']);

describe.each(trained)('$name', (given) => {
  test.each([1, 3])('agrees with ONNX Runtime for %i examples', async (count) => {
    const groups = given.name === 'minibatchStddev' ? 2 * count : count;
    const network = given.make();
    const { x, options } = examplesOf(given, groups);
    const { timesteps, latents, condition } = options;
    const shapes = {
      ...(anyShape.test(given.name) ? { x: x.shape.slice(1) } : {}),
      ...(condition?.dtype === 'float32' ? { condition: condition.shape.slice(1) } : {}),
    };
    const bytes = await saveOnnx(network, { inputs: shapes });
    const inputs = [x, timesteps, latents, condition].filter((one) => one !== undefined);
    const { output } = await runOnnx(bytes, inputs);
    const ours = tf.tidy(() => network.apply(x, options));
    expect(await difference(ours, output)).toBeLessThan(networksOfLayers.has(given.name) ? 1e-4 : 1e-5);
  });
});
