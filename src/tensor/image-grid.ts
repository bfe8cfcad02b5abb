import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import { checkImages, checkInteger, checkNumber } from './checks.js';
import { readOptions } from './options.js';

/** Options of {@link imageGrid}. */
export interface ImageGridOptions {
  /** Images per row, at least 1. */
  readonly columns: number;
  /** Pixels between neighbours, at least 0; default 0. */
  readonly gap?: number | undefined;
  /** The value of gaps and empty places, in the unit of the images; default 0. */
  readonly background?: number | undefined;
}

/**
 * Arranges a batch of images in a grid, as one image in the same unit.
 *
 * Image i is in row floor(i / columns) and column i mod columns; empty places in the last row are background.
 * H = rows * height + (rows - 1) * gap and W = columns * width + (columns - 1) * gap, with
 * rows = ceil(batch / columns).
 *
 * @param images - float32 `[batch, height, width, channels]`, at least one image
 * @param options - see {@link ImageGridOptions}
 * @returns one image, float32 `[H, W, channels]`, which `tf.browser.toPixels` accepts; the caller disposes it
 * @throws TypeError if `images` is not a float32 tensor, {@link ShapeError} if it has another rank, RangeError if it is empty or an
 *   option is outside its range
 * @example
 * ```ts
 * const grid = imageGrid(tf.ones([5, 28, 28, 1]), { columns: 3, gap: 2 });
 * console.log(grid.shape); // [58, 88, 1]
 * ```
 */
export function imageGrid(images: Tensor, options: ImageGridOptions): Tensor3D {
  checkImages('imageGrid', 'images', images);
  const { columns, gap, background } = readOptions('imageGrid', options, {
    columns: checkInteger,
    gap: { is: checkInteger, default: 0, least: 0 },
    background: { is: checkNumber, default: 0 },
  });
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  checkInteger('imageGrid', 'images.shape[0]', batch);
  const rows = Math.ceil(batch / columns);
  return tf.tidy(() => {
    const padding: [number, number][] = [
      [0, rows * columns - batch],
      [0, gap],
      [0, gap],
      [0, 0],
    ];
    const cells = tf.pad(images, padding, background);
    // The channels stay with the width, so there are only four axes, which every backend can transpose.
    const split = tf.reshape(cells, [rows, columns, height + gap, (width + gap) * channels]);
    const lines = tf.transpose(split, [0, 2, 1, 3]);
    const whole: Tensor3D = tf.reshape(lines, [rows * (height + gap), columns * (width + gap), channels]);
    return tf.slice(whole, [0, 0, 0], [rows * (height + gap) - gap, columns * (width + gap) - gap, channels]);
  });
}
