import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectAgreement, numbers } from './agree.js';
import { relativeError } from './relative-error.js';

/** A depthwise convolution with one filter for each channel. */
interface Case {
  readonly batch: number;
  readonly size: readonly [number, number];
  readonly channels: number;
  readonly filter: readonly [number, number];
  readonly stride: readonly [number, number];
  /** Padding above, below, left and right. */
  readonly pad: readonly [number, number, number, number];
}

function outputSize({ size, filter, stride, pad }: Case): [number, number] {
  const along = (axis: 0 | 1): number =>
    Math.floor((size[axis] + pad[2 * axis]! + pad[2 * axis + 1]! - filter[axis]) / stride[axis]) + 1;
  return [along(0), along(1)];
}

/** Both gradients in float64: of the input and of the filter. */
function referenceGradients(layer: Case, x: Float32Array, filter: Float32Array, dy: Float32Array) {
  const { batch, size, channels, stride, pad } = layer;
  const [height, width] = outputSize(layer);
  const [dx, dw] = [new Float64Array(x.length), new Float64Array(filter.length)];
  for (let n = 0; n < batch; n++)
    for (let h = 0; h < height; h++)
      for (let w = 0; w < width; w++)
        for (let i = 0; i < layer.filter[0]; i++)
          for (let j = 0; j < layer.filter[1]; j++) {
            const [row, column] = [h * stride[0] + i - pad[0], w * stride[1] + j - pad[2]];
            if (row < 0 || column < 0 || row >= size[0] || column >= size[1]) continue;
            const pixel = ((n * size[0] + row) * size[1] + column) * channels;
            const tap = (i * layer.filter[1] + j) * channels;
            const y = ((n * height + h) * width + w) * channels;
            for (let c = 0; c < channels; c++) {
              dx[pixel + c]! += dy[y + c]! * filter[tap + c]!;
              dw[tap + c]! += dy[y + c]! * x[pixel + c]!;
            }
          }
  return [dx, dw] as const;
}

function expectGradients(layer: Case): void {
  const { batch, size, channels, filter, stride, pad } = layer;
  const inputShape = [batch, ...size, channels];
  const filterShape = [...filter, channels, 1];
  const outShape = [batch, ...outputSize(layer), channels];
  const [x, w, dy] = [inputShape, filterShape, outShape].map((shape, i) =>
    numbers(tf.util.sizeFromShape(shape), i + 1),
  ) as [Float32Array, Float32Array, Float32Array];
  const [dx, dw] = referenceGradients(layer, x, w, dy);
  const attributes = {
    strides: [...stride],
    dilations: [1, 1],
    pad: [[0, 0], pad.slice(0, 2), pad.slice(2), [0, 0]] as unknown as number[],
  };
  const left = [tf.memory().numTensors, tf.backend().numDataIds()];
  tf.tidy(() => {
    const [image, taps, gradient] = [tf.tensor(x, inputShape), tf.tensor(w, filterShape), tf.tensor(dy, outShape)];
    const run = (which: string, inputs: Record<string, Tensor>, more: tf.NamedAttrMap): Tensor =>
      tf.engine().runKernel(`DepthwiseConv2dNativeBackprop${which}`, inputs, { ...attributes, ...more });
    const input = run('Input', { dy: gradient, filter: taps }, { inputShape });
    const ofFilter = run('Filter', { x: image, dy: gradient }, { filterShape });
    expect([input.shape, ofFilter.shape]).toEqual([inputShape, filterShape]);
    expect(relativeError(input.dataSync(), dx), 'input gradient').toBeLessThan(1e-6);
    expect(relativeError(ofFilter.dataSync(), dw), 'filter gradient').toBeLessThan(1e-6);
  });
  expect([tf.memory().numTensors, tf.backend().numDataIds()], 'nothing is left').toEqual(left);
}

describe('gradients of depthwise convolutions on wasm', () => {
  const between = (min: number, max: number) => fc.integer({ min, max });

  it('are those of float64 for any sizes, strides and paddings', async () => {
    await tf.setBackend('wasm');
    const cases = fc
      .record({
        batch: between(1, 4),
        size: fc.tuple(between(1, 11), between(1, 11)),
        channels: between(1, 27),
        filter: fc.tuple(between(1, 5), between(1, 5)),
        stride: fc.tuple(between(1, 4), between(1, 4)),
        pad: fc.tuple(between(0, 3), between(0, 3), between(0, 3), between(0, 3)),
      })
      .filter((layer) => Math.min(...outputSize(layer)) >= 1);
    fc.assert(fc.property(cases, expectGradients), { seed: 21, numRuns: 300 });
  });

  it.each([
    ['many images', { batch: 17, size: [14, 13], channels: 37 }],
    ['one image', { batch: 1, size: [41, 40], channels: 24 }],
  ] as const)('are those of float64 where work is divided: %s', async (_, sizes) => {
    await tf.setBackend('wasm');
    expectGradients({ ...sizes, filter: [3, 3], stride: [2, 1], pad: [1, 1, 0, 2] });
    expectGradients({ ...sizes, filter: [5, 4], stride: [1, 3], pad: [2, 2, 1, 2] });
  });

  it('are those of cpu where a channel has several filters', async () => {
    await expectAgreement(
      (x, filter) => tf.depthwiseConv2d(x as Tensor4D, filter as Tensor4D, 2, 'same'),
      [
        [3, 9, 8, 5],
        [3, 3, 5, 2],
      ],
    );
  });
});
