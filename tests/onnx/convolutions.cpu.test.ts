import { describe, expect, test } from 'vitest';
import { conv2d, conv2dTranspose, createRandom, sequential, upsample } from '../../src/index.js';
import { saveOnnx } from '../../src/onnx/index.js';
import { shaken } from './cases.js';
import { difference, runOnnx } from './run-onnx.js';

const random = createRandom(4);
const kernels = [1, 2, 3, 4, 5];
const paddings = ['same', 'valid'] as const;

/** Even and odd heights and widths, the same model for all. */
const sizes = [
  [1, 6, 7],
  [3, 9, 8],
] as const;

describe.each([1, 2, 3])('with strides of %i', (strides) => {
  test.each(paddings)('conv2d with the padding %s', async (padding) => {
    for (const kernelSize of kernels) {
      const layer = shaken(conv2d({ inputs: 2, filters: 3, kernelSize, strides, padding, random }));
      const bytes = await saveOnnx(layer);
      for (const [count, height, width] of sizes) {
        const x = random.normal([count, height, width, 2]);
        expect(await difference(layer.apply(x), (await runOnnx(bytes, [x]))['output'])).toBeLessThan(1e-5);
      }
    }
  });

  test.each(paddings)('conv2dTranspose with the padding %s', async (padding) => {
    for (const kernelSize of kernels) {
      const layer = shaken(conv2dTranspose({ inputs: 2, filters: 3, kernelSize, strides, padding, random }));
      const bytes = await saveOnnx(layer);
      for (const [count, height, width] of sizes) {
        const x = random.normal([count, height, width, 2]);
        expect(await difference(layer.apply(x), (await runOnnx(bytes, [x]))['output'])).toBeLessThan(1e-5);
      }
    }
  });

  test.each(paddings)('conv2dTranspose to each size that leads back, with the padding %s', async (padding) => {
    for (const kernelSize of kernels) {
      for (let added = 0; added < strides; added++) {
        const smallest = padding === 'same' ? 3 * strides + 1 : 3 * strides + kernelSize;
        const outputSize = [smallest + added, smallest + strides - 1 - added] as const;
        const options = { inputs: 2, filters: 3, kernelSize, strides, padding, outputSize };
        const layer = shaken(conv2dTranspose({ ...options, random }));
        const x = random.normal([3, 4, 4, 2]);
        const { output } = await runOnnx(await saveOnnx(layer), [x]);
        expect(await difference(layer.apply(x), output)).toBeLessThan(1e-5);
      }
    }
  });
});

test('upsample by 1 to 4, and images of a fixed size', async () => {
  for (const factor of [1, 2, 3, 4]) {
    const network = sequential([
      conv2d({ inputs: 1, filters: 2, kernelSize: 3, strides: 2, random }),
      upsample({ factor }),
    ]);
    const x = random.normal([3, 7, 5, 1]);
    const { output } = await runOnnx(await saveOnnx(network, { inputs: { x: [7, 5, 1] } }), [x]);
    expect(await difference(network.apply(x), output)).toBeLessThan(1e-5);
  }
});
