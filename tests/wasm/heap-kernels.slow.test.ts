import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D, TensorInfo } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbers } from './agree.js';
import { relativeError } from './relative-error.js';

/** A convolution of square or oblong images, and what float64 makes of it. */
interface Case {
  readonly batch: number;
  readonly size: readonly [number, number];
  readonly channels: number;
  readonly units: number;
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

/** Calls `visit` for each product of a convolution: places of its image, its filter and its output. */
function eachProduct(layer: Case, visit: (x: number, filter: number, y: number) => void): void {
  const { batch, size, channels, units, filter, stride, pad } = layer;
  const [height, width] = outputSize(layer);
  for (let n = 0; n < batch; n++)
    for (let h = 0; h < height; h++)
      for (let w = 0; w < width; w++)
        for (let i = 0; i < filter[0]; i++)
          for (let j = 0; j < filter[1]; j++) {
            const [row, column] = [h * stride[0] + i - pad[0], w * stride[1] + j - pad[2]];
            if (row < 0 || column < 0 || row >= size[0] || column >= size[1]) continue;
            const pixel = ((n * size[0] + row) * size[1] + column) * channels;
            const tap = (i * filter[1] + j) * channels;
            const y = ((n * height + h) * width + w) * units;
            for (let c = 0; c < channels; c++)
              for (let o = 0; o < units; o++) visit(pixel + c, (tap + c) * units + o, y + o);
          }
}

function kernel(name: string, inputs: Record<string, Tensor>, attrs: tf.NamedAttrMap): Float32Array {
  return tf.tidy(() => {
    const output = tf.engine().runKernel(name, inputs, attrs) as unknown as TensorInfo;
    return (tf.backend() as unknown as { readSync(id: object): Float32Array }).readSync(output.dataId).slice();
  });
}

/** The largest relative errors of forward pass, input gradient and filter gradient against float64. */
function errorsOf(layer: Case): number[] {
  const { batch, size, channels, units, filter, stride, pad } = layer;
  const [imageShape, filterShape] = [
    [batch, ...size, channels],
    [...filter, channels, units],
  ];
  const outShape = [batch, ...outputSize(layer), units];
  const [x, w, dy] = [imageShape, filterShape, outShape].map((shape, i) =>
    numbers(tf.util.sizeFromShape(shape), i + 1),
  );
  const [y64, dx64, dw64] = [dy!, x!, w!].map(({ length }) => new Float64Array(length));
  eachProduct(layer, (i, k, o) => {
    y64![o]! += x![i]! * w![k]!;
    dx64![i]! += dy![o]! * w![k]!;
    dw64![k]! += x![i]! * dy![o]!;
  });
  const attrs = { strides: [...stride], dilations: [1, 1], dataFormat: 'NHWC' };
  const sides = [
    [0, 0],
    [pad[0], pad[1]],
    [pad[2], pad[3]],
    [0, 0],
  ] as unknown as number[];
  const [ids, tensors] = [tf.backend().numDataIds(), tf.memory().numTensors];
  const errors = tf.tidy(() => {
    const image = tf.tensor(x!, imageShape);
    const taps = tf.tensor(w!, filterShape);
    const gradient = tf.tensor(dy!, outShape);
    const more = { ...attrs, pad: sides };
    return [
      relativeError(kernel('Conv2D', { x: image, filter: taps }, more), y64!),
      relativeError(
        kernel('Conv2DBackpropInput', { dy: gradient, filter: taps }, { ...more, inputShape: imageShape }),
        dx64!,
      ),
      relativeError(kernel('Conv2DBackpropFilter', { x: image, dy: gradient }, { ...more, filterShape }), dw64!),
    ];
  });
  expect([tf.backend().numDataIds(), tf.memory().numTensors], 'nothing is left').toEqual([ids, tensors]);
  return errors;
}

const HALVING = { filter: [4, 4], stride: [2, 2] } as const;

const between = (min: number, max: number) => fc.integer({ min, max });

describe('convolutions of the module, against float64', () => {
  const cases = fc
    .record({
      batch: between(1, 11),
      size: fc.tuple(between(1, 12), between(1, 12)),
      channels: between(1, 9),
      units: between(1, 13),
      filter: fc.tuple(between(1, 5), between(1, 5)),
      stride: fc.tuple(between(1, 3), between(1, 3)),
      pad: fc.tuple(between(0, 3), between(0, 3), between(0, 3), between(0, 3)),
    })
    .filter((layer) => Math.min(...outputSize(layer)) >= 1);

  it('are right for any sizes, strides and paddings', () => {
    fc.assert(
      fc.property(cases, (layer) => {
        for (const error of errorsOf(layer)) expect(error).toBeLessThan(1e-6);
      }),
      { seed: 11, numRuns: 150 },
    );
  });

  it.each([
    ['3x3 filters', 3, 1, 16],
    ['4x4 filters of stride 2', 4, 2, 12],
    ['2x2 filters', 2, 1, 16],
    ['6x6 filters of stride 2', 6, 2, 4],
    ['6x6 filters of stride 3', 6, 3, 4],
  ])('of %s and many channels are right by Winograd’s algorithm', (_, side, stride, numRuns) => {
    const padded = fc.tuple(between(0, side - 1), between(0, side - 1), between(0, stride - 1), between(1, 14));
    const channels = fc.constantFrom(16, 24, 32, 40);
    const tiled = fc
      .record({ batch: between(3, 9), down: padded, across: padded, channels, units: channels })
      .map(({ down, across, ...layer }): Case => {
        // as many outputs as chosen, and pixels that no filter reaches
        const size = ([before, after, rest, outputs]: typeof down): number =>
          Math.max(1, (outputs - 1) * stride + side - before - after + rest);
        return {
          ...layer,
          size: [size(down), size(across)],
          filter: [side, side],
          stride: [stride, stride],
          pad: [down[0], down[1], across[0], across[1]],
        };
      });
    let byWinograd = 0;
    fc.assert(
      fc.property(tiled, (layer) => {
        const errors = errorsOf(layer);
        for (const error of errors) expect(error).toBeLessThan(1e-5);
        // sums of windows stay below
        if (Math.max(...errors) > 5e-7) byWinograd++;
      }),
      { seed: 12, numRuns },
    );
    expect(byWinograd).toBeGreaterThan(numRuns / 4);
  });

  it.each([
    ['windows above the size of a block', { size: [5, 6], channels: 70, units: 9, filter: [4, 4], stride: [2, 2] }],
    ['images above the size of a group', { size: [41, 39], channels: 3, units: 5, filter: [3, 3], stride: [1, 1] }],
    ['few output channels', { size: [23, 20], channels: 6, units: 3, filter: [3, 3], stride: [1, 1] }],
    ['odd numbers of channels for 3x3', { size: [9, 9], channels: 33, units: 17, filter: [3, 3], stride: [1, 1] }],
  ] as [string, Omit<Case, 'batch' | 'pad'>][])('are right with %s', (_, layer) => {
    for (const error of errorsOf({ ...layer, batch: 9, pad: [1, 2, 1, 1] })) expect(error).toBeLessThan(2e-6);
  });

  it('are right by Winograd’s algorithm with images above the size of a group', () => {
    const layer: Case = { ...{ batch: 9, size: [40, 37], channels: 16, units: 24 }, ...HALVING, pad: [1, 2, 0, 1] };
    for (const error of errorsOf(layer)) expect(error).toBeLessThan(1e-5);
  });

  it.each(['linear', 'relu', 'leakyrelu'])('add biases and apply %s', async (activation) => {
    for (const [size, units] of [
      [7, 16],
      [3, 16],
      [5, 3],
      [5, 9],
    ] as const) {
      const inputs = 16;
      const run = () =>
        tf.tidy(() => {
          const x = tf.tensor4d(numbers(4 * size * size * inputs, 1), [4, size, size, inputs]);
          const filter = tf.tensor4d(numbers(9 * inputs * units, 2), [3, 3, inputs, units]);
          const bias = tf.tensor1d(numbers(units, 3));
          const sums = tf.add(tf.conv2d(x, filter, 1, 'same'), bias);
          const plain =
            activation === 'relu' ? tf.relu(sums) : activation === 'leakyrelu' ? tf.leakyRelu(sums, 0.3) : sums;
          const attributes = {
            strides: [1, 1],
            pad: 'same',
            dilations: [1, 1],
            dataFormat: 'NHWC',
            activation,
            leakyreluAlpha: 0.3,
          };
          return [tf.engine().runKernel<Tensor4D>('FusedConv2D', { x, filter, bias }, attributes), plain] as const;
        });
      const [fused, plain] = run();
      expect(relativeError(await fused.data(), await plain.data())).toBeLessThan(1e-6);
      tf.dispose([fused, plain]);
    }
  });

  it('leave dilations, other activations and integers to tfjs', () => {
    const x = tf.tensor4d(numbers(2 * 8 * 8 * 3, 1), [2, 8, 8, 3]);
    const filter = tf.tensor4d(numbers(9 * 3 * 4, 2), [3, 3, 3, 4]);
    const dilated = tf.conv2d(x, filter, 1, 'same', 'NHWC', 2);
    expect(dilated.shape).toEqual([2, 8, 8, 4]);
    const attributes = { strides: [1, 1], pad: 'same', dilations: [1, 1], dataFormat: 'NHWC', activation: 'relu6' };
    const run = (): Tensor => tf.engine().runKernel('FusedConv2D', { x, filter }, attributes);
    const clipped = run();
    expect(tf.max(clipped).dataSync()[0]).toBeLessThanOrEqual(6);
    expect(() => tf.engine().runKernel('FusedConv2D', { x, filter }, { ...attributes, activation: 'no such' })).toThrow(
      'not yet supported',
    );
  });
});

describe('products of the module, against float64', () => {
  it('are right for sizes beyond each block, with any operand transposed', () => {
    const sizes = fc.record({ rows: between(1, 220), inner: between(1, 900), columns: between(1, 60) });
    const wide = fc.record({ rows: between(1, 5), inner: between(1, 5), columns: between(1000, 2100) });
    const few = fc.record({ rows: between(1, 3), inner: between(1, 40), columns: between(1, 40) });
    const flags = { transposeA: fc.boolean(), transposeB: fc.boolean(), batch: between(1, 3) };
    fc.assert(
      fc.property(fc.oneof(sizes, wide, few), fc.record(flags), ({ rows, inner, columns }, { batch, ...attrs }) => {
        const a = numbers(batch * rows * inner, 1);
        const b = numbers(batch * inner * columns, 2);
        const expected = new Float64Array(batch * rows * columns);
        for (let n = 0; n < batch; n++)
          for (let i = 0; i < rows; i++)
            for (let k = 0; k < inner; k++) {
              const left = a[n * rows * inner + (attrs.transposeA ? k * rows + i : i * inner + k)]!;
              for (let j = 0; j < columns; j++) {
                const right = n * inner * columns + (attrs.transposeB ? j * inner + k : k * columns + j);
                expected[(n * rows + i) * columns + j]! += left * b[right]!;
              }
            }
        const product = tf.tidy(() => {
          const shapeA = attrs.transposeA ? [batch, inner, rows] : [batch, rows, inner];
          const shapeB = attrs.transposeB ? [batch, columns, inner] : [batch, inner, columns];
          return kernel('BatchMatMul', { a: tf.tensor(a, shapeA), b: tf.tensor(b, shapeB) }, attrs);
        });
        expect(relativeError(product, expected)).toBeLessThan(2e-6);
      }),
      { seed: 13, numRuns: 120 },
    );
  });

  it.each([
    [40, 60, 80],
    [81, 60, 39],
    [3, 300, 157],
    [2, 7, 9],
  ])('add biases in each job: %i x %i x %i', async (rows, inner, columns) => {
    const a = tf.tensor3d(numbers(rows * inner, 1), [1, rows, inner]);
    const b = tf.tensor3d(numbers(inner * columns, 2), [1, inner, columns]);
    const bias = tf.tensor1d(numbers(columns, 3));
    const attrs = { transposeA: false, transposeB: false, activation: 'relu' };
    const fused: Tensor = tf.engine().runKernel('_FusedMatMul', { a, b, bias }, attrs);
    const plain = tf.tidy(() => tf.relu(tf.add(tf.matMul(a, b), bias)));
    expect(relativeError(await fused.data(), await plain.data())).toBeLessThan(1e-6);
  });

  it('of one row keep NaN and infinities as tfjs does', async () => {
    const a = tf.tensor3d([1], [1, 1, 1]);
    const numbers = [NaN, Infinity, -Infinity, -1, 0, 2];
    const b = tf.tensor3d(numbers, [1, 1, 6]);
    const attrs = { transposeA: false, transposeB: false, leakyreluAlpha: 0.5 };
    for (const [activation, expected] of [
      ['linear', numbers],
      ['relu', [NaN, Infinity, 0, 0, 0, 2]],
      ['leakyrelu', [NaN, Infinity, -Infinity, -0.5, 0, 2]],
    ] as const) {
      const c = tf.engine().runKernel<Tensor>('_FusedMatMul', { a, b }, { ...attrs, activation });
      expect([...(await c.data())]).toEqual(expected);
    }
  });

  it('keep NaN and infinities as tfjs does', async () => {
    const rows = [NaN, Infinity, -Infinity, -1, 0, 2, 3, 4];
    // one number times one; the other products are 0
    const a = tf.pad(tf.tensor3d(rows, [1, 8, 1]), [
      [0, 0],
      [0, 0],
      [0, 8],
    ]);
    const b = tf.ones([1, 9, 8]);
    const attrs = { transposeA: false, transposeB: false, leakyreluAlpha: 0.5 };
    for (const [activation, expected] of [
      ['relu', [NaN, Infinity, 0, 0, 0, 2, 3, 4]],
      ['leakyrelu', [NaN, Infinity, -Infinity, -0.5, 0, 2, 3, 4]],
    ] as const) {
      const c = tf.engine().runKernel<Tensor>('_FusedMatMul', { a, b }, { ...attrs, activation });
      const column = tf.slice(c, [0, 0, 3], [1, 8, 1]);
      expect([...(await column.data())]).toEqual(expected);
    }
  });
});
