import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/tensor/errors.js';
import { imageGrid, type ImageGridOptions } from '../../src/tensor/image-grid.js';

/** The definition, pixel by pixel. */
function expectedGrid(
  data: ArrayLike<number>,
  [batch, height, width, channels]: readonly [number, number, number, number],
  { columns, gap = 0, background = 0 }: ImageGridOptions,
): number[] {
  const rows = Math.ceil(batch / columns);
  const totalHeight = rows * height + (rows - 1) * gap;
  const totalWidth = columns * width + (columns - 1) * gap;
  const out = new Array<number>(totalHeight * totalWidth * channels).fill(background);
  for (let i = 0; i < batch; i++) {
    const top = Math.floor(i / columns) * (height + gap);
    const left = (i % columns) * (width + gap);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++)
          out[((top + y) * totalWidth + left + x) * channels + c] = data[
            ((i * height + y) * width + x) * channels + c
          ] as number;
  }
  return out;
}

describe('imageGrid', () => {
  it.each([
    [[1, 2, 3, 1], { columns: 1 }, [2, 3, 1]],
    [[5, 2, 3, 1], { columns: 3, gap: 2, background: 0.5 }, [6, 13, 1]],
    [[6, 3, 2, 3], { columns: 2, gap: 1, background: 1 }, [11, 5, 3]],
    [[2, 2, 2, 3], { columns: 4, background: -1 }, [2, 8, 3]],
    [[4, 1, 1, 2], { columns: 1, gap: 3 }, [13, 1, 2]],
  ] as const)('lays %j images out with %j as the definition does', async (shape, options, expectedShape) => {
    const data = Float32Array.from({ length: shape.reduce<number>((a, b) => a * b, 1) }, (_, i) => i + 1);
    const images = tf.tensor4d(data, [...shape]);
    const before = tf.memory().numTensors;
    const grid = imageGrid(images, options);
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(grid.shape).toEqual(expectedShape);
    expect(Array.from(await grid.data())).toEqual(expectedGrid(data, shape, options));
    tf.dispose([images, grid]);
  });

  it('gives every pixel of every image a gradient of one', async () => {
    const images = tf.ones([3, 2, 2, 1]);
    const gradient = tf.grad((x) => tf.sum(imageGrid(x, { columns: 2, gap: 1, background: 5 })))(images);
    expect(Array.from(await gradient.data())).toEqual(new Array(12).fill(1));
    tf.dispose([images, gradient]);
  });

  it('rejects wrong arguments by name and leaves no tensor behind', () => {
    const images = tf.zeros([2, 2, 2, 1]);
    const flat = tf.zeros([4, 4]);
    const none = tf.zeros([0, 2, 2, 1]);
    const integers = tf.zeros([2, 2, 2, 1], 'int32');
    const before = tf.memory().numTensors;
    expect(() => imageGrid(flat, { columns: 2 })).toThrow(ShapeError);
    expect(() => imageGrid(none, { columns: 2 })).toThrow(
      /^imageGrid: `images.shape\[0\]` must be a positive integer; got 0\./,
    );
    expect(() => imageGrid(integers, { columns: 2 })).toThrow(TypeError);
    expect(() => imageGrid(images, { columns: 0 })).toThrow(/^imageGrid: `columns` /);
    expect(() => imageGrid(images, { columns: 2, gap: -1 })).toThrow(/^imageGrid: `gap` /);
    expect(() => imageGrid(images, { columns: 2, background: NaN })).toThrow(/^imageGrid: `background` /);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([images, flat, none, integers]);
  });
});
