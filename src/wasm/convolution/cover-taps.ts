import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Composition } from '../composition/compose.js';
import type { AxisGeometry, ConvGeometry } from './conv-geometry.js';

/** Explicit padding of `[batch, height, width, channels]`, as the attribute `pad` of a convolution. */
export type Padding = [[number, number], [number, number], [number, number], [number, number]];

/**
 * A filter's gradient is itself a convolution of the images, in which the gradient of the output is the filter, stride
 * and dilation change places, and each output is one tap. This function returns the images and the padding for which that
 * convolution outputs every tap.
 */
export function coverTaps(
  { slice }: Composition,
  x: TensorInfo,
  { height, width }: ConvGeometry,
): { images: TensorInfo; pad: Padding } {
  const [rows, columns] = [cover(height), cover(width)];
  const [batch, , , channels] = x.shape as [number, number, number, number];
  const isWhole = rows.keep === height.input && columns.keep === width.input;
  return {
    images: isWhole ? x : slice(x, [0, 0, 0, 0], [batch, rows.keep, columns.keep, channels]),
    pad: [
      [0, 0],
      [height.before, rows.after],
      [width.before, columns.after],
      [0, 0],
    ],
  };
}

/** Only the taps, along the first two axes: a degenerate padding can leave more outputs than there are taps. */
export function firstTaps({ slice }: Composition, taps: TensorInfo, { height, width }: ConvGeometry): TensorInfo {
  if (taps.shape[0] === height.filter && taps.shape[1] === width.filter) return taps;
  const rest = taps.shape.slice(2);
  return slice(taps, new Array<number>(taps.shape.length).fill(0), [height.filter, width.filter, ...rest]);
}

/** How much of the input the taps reach, and how much of the padding behind it. */
function cover({ input, output, filter, stride, dilation, before }: AxisGeometry): { keep: number; after: number } {
  const reached = (filter - 1) * dilation + (output - 1) * stride + 1 - before;
  return { keep: Math.min(input, Math.max(1, reached)), after: Math.max(0, reached - input) };
}
