import { describe, expect, test } from 'vitest';
import {
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  createRandom,
  sequential,
  upsample,
  upsample1d,
} from '../../src/index.js';
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

describe.each(paddings)('with the padding %s', (padding) => {
  test('kernels and strides of two sizes, and outputs of two sizes', async () => {
    for (const [kernelSize, strides] of [
      [
        [1, 3],
        [1, 2],
      ],
      [
        [4, 2],
        [3, 1],
      ],
      [5, [2, 3]],
    ] as const) {
      const options = { inputs: 2, filters: 3, kernelSize, strides, padding, random };
      const x = random.normal([3, 8, 9, 2]);
      const [wide, high] = [shaken(conv2d(options)), shaken(conv2dTranspose(options))];
      const larger = high.apply(x).shape.slice(1, 3) as [number, number];
      const same = shaken(conv2dTranspose({ ...options, outputSize: larger }));
      for (const layer of [wide, high, same]) {
        const { output } = await runOnnx(await saveOnnx(layer), [x]);
        expect(await difference(layer.apply(x), output)).toBeLessThan(1e-5);
      }
    }
  });

  test.each([1, 2, 3])('convolutions of sequences with strides of %i', async (strides) => {
    for (const kernelSize of kernels) {
      const options = { inputs: 2, filters: 3, kernelSize, strides, padding, random };
      for (const layer of [shaken(conv1d(options)), shaken(conv1dTranspose(options))]) {
        const bytes = await saveOnnx(layer);
        for (const [count, steps] of [
          [1, 6],
          [3, 9],
        ] as const) {
          const x = random.normal([count, steps, 2]);
          expect(await difference(layer.apply(x), (await runOnnx(bytes, [x]))['output'])).toBeLessThan(1e-5);
        }
      }
      const smallest = padding === 'same' ? 3 * strides + 1 : 3 * strides + kernelSize;
      for (let added = 0; added < strides; added++) {
        const layer = shaken(conv1dTranspose({ ...options, outputSize: smallest + added }));
        const x = random.normal([3, 4, 2]);
        const { output } = await runOnnx(await saveOnnx(layer), [x]);
        expect(await difference(layer.apply(x), output)).toBeLessThan(1e-5);
      }
    }
  });
});

test('upsample1d by 1 to 4', async () => {
  for (const factor of [1, 2, 3, 4]) {
    const network = sequential([conv1d({ inputs: 1, filters: 2, kernelSize: 3, random }), upsample1d({ factor })]);
    const x = random.normal([3, 7, 1]);
    const { output } = await runOnnx(await saveOnnx(network), [x]);
    expect(await difference(network.apply(x), output)).toBeLessThan(1e-5);
  }
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
