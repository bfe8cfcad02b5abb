import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose, type Composition, type KernelFunction } from '../composition/compose.js';
import type { AxisGeometry, ConvGeometry } from './conv-geometry.js';

/**
 * Whether XNNPACK, which computes convolutions and poolings for tfjs, computes as many outputs as tfjs has allocated. With `same`
 * padding it misplaces windows that are smaller than their stride. If the padding is a number, tfjs computes the width from the filter's
 * height. Rounding up adds a window that XNNPACK does not know, and XNNPACK then writes beyond the output.
 */
export function fitsXnnpack({ height, width }: ConvGeometry, pad: unknown): boolean {
  return fits(height, pad) && fits(width, pad);
}

function fits({ input, output, filter, stride, dilation, before, after }: AxisGeometry, pad: unknown): boolean {
  const reach = (filter - 1) * dilation + 1;
  if (pad === 'same') return stride <= reach;
  return Math.floor((input + before + after - reach) / stride) + 1 === output;
}

/** Calls tfjs's kernel for a convolution. If its result would be wrong, the images are padded first. */
export function convolveFramed(
  original: KernelFunction,
  args: Parameters<KernelFunction>[0],
  geometry: ConvGeometry,
): ReturnType<KernelFunction> {
  const { inputs, attrs = {}, backend } = args;
  if (fitsXnnpack(geometry, attrs['pad'])) return original(args);
  return compose(backend, (composition) => {
    const x = framed(composition, inputs['x']!, geometry);
    return composition.call(original, { ...inputs, x }, { ...attrs, pad: 'valid' });
  });
}

/** Pads the images with zeros, or cuts them, to exactly the size that the windows cover. */
function framed({ run, slice }: Composition, x: TensorInfo, { height, width }: ConvGeometry): TensorInfo {
  const [batch, rows, columns, channels] = x.shape as [number, number, number, number];
  const [tall, wide] = [reachOf(height), reachOf(width)];
  const after = [Math.max(0, tall - height.before - rows), Math.max(0, wide - width.before - columns)];
  const paddings = [
    [0, 0],
    [height.before, after[0]],
    [width.before, after[1]],
    [0, 0],
  ] as unknown as number[];
  const padded = run('PadV2', { x }, { paddings, constantValue: 0 });
  return slice(padded, [0, 0, 0, 0], [batch, tall, wide, channels]);
}

function reachOf({ output, filter, stride, dilation }: AxisGeometry): number {
  return (output - 1) * stride + (filter - 1) * dilation + 1;
}
