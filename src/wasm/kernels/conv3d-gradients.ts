import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { ReplacedKernel } from './kernel.js';
import { numbersOf, written } from './on-host.js';

/** The gradient of a three-dimensional convolution with respect to its images; tfjs's kernel is wrong. Loops on the host. */
export const conv3dBackpropInput: ReplacedKernel = {
  kernelName: 'Conv3DBackpropInputV2',
  replace:
    () =>
    ({ inputs, attrs = {}, backend }) => {
      const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
      const shape = attrs['inputShape'] as number[];
      const [gradients, taps] = [numbersOf(backend, dy), numbersOf(backend, filter)];
      const dx = new Float32Array(tf.util.sizeFromShape(shape));
      visitTaps(shape, filter.shape, attrs, (pixel, tap, output, inputs, units) => {
        for (let i = 0; i < inputs; i++) {
          let sum = 0;
          for (let j = 0; j < units; j++) sum += gradients[output + j]! * taps[tap + i * units + j]!;
          dx[pixel + i]! += sum;
        }
      });
      return written(backend, dx, shape);
    },
};

/** The gradient with respect to its filter. */
export const conv3dBackpropFilter: ReplacedKernel = {
  kernelName: 'Conv3DBackpropFilterV2',
  replace:
    () =>
    ({ inputs, attrs = {}, backend }) => {
      const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
      const shape = attrs['filterShape'] as number[];
      const [pixels, gradients] = [numbersOf(backend, x), numbersOf(backend, dy)];
      const dw = new Float64Array(tf.util.sizeFromShape(shape));
      visitTaps(x.shape, shape, attrs, (pixel, tap, output, inputs, units) => {
        for (let i = 0; i < inputs; i++) {
          const value = pixels[pixel + i]!;
          for (let j = 0; j < units; j++) dw[tap + i * units + j]! += value * gradients[output + j]!;
        }
      });
      return written(backend, Float32Array.from(dw), shape);
    },
};

/** Gets where the numbers of a pixel, of a tap and of an output begin, and the counts of input and output channels. */
type Visit = (pixel: number, tap: number, output: number, inputs: number, units: number) => void;

/** Visits each pair of an output and a tap of the filter that falls on a pixel. */
function visitTaps(inShape: number[], filterShape: number[], { strides, pad }: NamedAttrMap, visit: Visit): void {
  type Shape5 = [number, number, number, number, number];
  const info = tf.backend_util.computeConv3DInfo(
    inShape as Shape5,
    filterShape as Shape5,
    strides as number | [number, number, number],
    // tfjs has no gradients of dilated convolutions
    1,
    pad as 'same' | 'valid',
  );
  const { batchSize, inDepth, inHeight, inWidth, inChannels, outDepth, outHeight, outWidth, outChannels } = info;
  const { filterDepth, filterHeight, filterWidth, strideDepth, strideHeight, strideWidth, padInfo } = info;
  let output = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let place = 0; place < outDepth * outHeight * outWidth; place++, output += outChannels) {
      const front = Math.floor(place / (outHeight * outWidth)) * strideDepth - padInfo.front;
      const top = (Math.floor(place / outWidth) % outHeight) * strideHeight - padInfo.top;
      const left = (place % outWidth) * strideWidth - padInfo.left;
      for (let d = Math.max(0, -front); d < Math.min(filterDepth, inDepth - front); d++) {
        for (let h = Math.max(0, -top); h < Math.min(filterHeight, inHeight - top); h++) {
          const line = ((image * inDepth + front + d) * inHeight + top + h) * inWidth + left;
          const taps = (d * filterHeight + h) * filterWidth;
          for (let w = Math.max(0, -left); w < Math.min(filterWidth, inWidth - left); w++) {
            visit((line + w) * inChannels, (taps + w) * inChannels * outChannels, output, inChannels, outChannels);
          }
        }
      }
    }
  }
}
