import type { Heap } from '../heap/heap.js';
import { roundUp } from '../heap/jobs.js';
import type { AxisGeometry, ConvGeometry } from './conv-geometry.js';

/** A convolution in the module's form: with numbers for all the padding that a filter reaches. */
export interface Convolution {
  readonly height: Side;
  readonly width: Side;
  readonly channels: number;
  readonly outChannels: number;
  /** The number of phases of the outputs: the stride, where this is the gradient of a convolution with respect to its images. */
  readonly outPhases?: number;
}

/** One of the two axes of images. */
export interface Side {
  readonly input: number;
  readonly output: number;
  readonly filter: number;
  readonly stride: number;
  readonly before: number;
  readonly padded: number;
  /** How many outputs in phases lie before the first that is needed. */
  readonly outBefore?: number;
}

/** The convolution of a geometry; null if the module cannot compute it. */
export function asConvolution({
  height,
  width,
  inputChannels,
  outputChannels,
  batch,
}: ConvGeometry): Convolution | null {
  // spreading the object would take several microseconds
  const padded = ({ input, output, filter, stride, before }: AxisGeometry): Side => {
    return { input, output, filter, stride, before, padded: Math.max(input + before, (output - 1) * stride + filter) };
  };
  const isEmpty = [height, width].some(({ input, output }) => input < 1 || output < 1);
  if (isEmpty || batch < 1 || inputChannels < 1 || outputChannels < 1) return null;
  if (height.dilation !== 1 || width.dilation !== 1) return null;
  return { height: padded(height), width: padded(width), channels: inputChannels, outChannels: outputChannels };
}

/** Bytes of one image, of one output image and of the filter. */
export function imageBytes({ height, width, channels }: Convolution): number {
  return 4 * height.input * width.input * channels;
}
export function outputBytes({ height, width, outChannels }: Convolution): number {
  return 4 * height.output * width.output * outChannels;
}
export function filterBytes({ height, width, channels, outChannels }: Convolution): number {
  return 4 * height.filter * width.filter * channels * outChannels;
}

const DESCRIPTION_BYTES = 128;

/**
 * Describes a convolution in the heap's scratch space, and reserves parts of that space for a kernel, which must make its
 * tensors before.
 *
 * @param sizes - the bytes of each part, which the module computes from the description's address
 * @returns the addresses of the description and of the parts
 */
export function layOut(heap: Heap, conv: Convolution, sizes: (at: number) => readonly number[]): readonly number[] {
  const parts = sizes(describe(heap, conv, heap.scratch(DESCRIPTION_BYTES))).map((bytes) => roundUp(bytes, 64));
  const total = parts.reduce((sum, bytes) => sum + bytes, DESCRIPTION_BYTES);
  // the scratch space moves when it grows
  const addresses = [describe(heap, conv, heap.scratch(total))];
  let next = addresses[0]! + DESCRIPTION_BYTES;
  for (const bytes of parts) {
    addresses.push(next);
    next += bytes;
  }
  return addresses;
}

function describe(heap: Heap, conv: Convolution, at: number): number {
  const { height, width, channels, outChannels, outPhases = 1 } = conv;
  heap.run.describeConvolution({
    at,
    height: height.input,
    width: width.input,
    channels,
    outHeight: height.output,
    outWidth: width.output,
    outChannels,
    filterHeight: height.filter,
    filterWidth: width.filter,
    strideHeight: height.stride,
    strideWidth: width.stride,
    top: height.before,
    left: width.before,
    paddedHeight: height.padded,
    paddedWidth: width.padded,
    outPhases,
    outTop: height.outBefore ?? 0,
    outLeft: width.outBefore ?? 0,
  });
  return at;
}
