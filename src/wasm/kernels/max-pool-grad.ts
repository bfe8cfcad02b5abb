import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import type { ReplacedKernel } from './kernel.js';

/**
 * The gradient of max pooling: the gradient of each window goes to its largest pixel, the first of equal ones. tfjs's kernel
 * drops it for a window without a positive pixel, and so loses gradients after any activation but relu.
 */
export const maxPoolGrad: ReplacedKernel = {
  kernelName: 'MaxPoolGrad',
  replace:
    () =>
    ({ inputs, attrs = {}, backend }) => {
      const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
      const info = tf.backend_util.computePool2DInfo(
        input.shape as [number, number, number, number],
        attrs['filterSize'] as number | [number, number],
        attrs['strides'] as number | [number, number],
        1,
        attrs['pad'] as number | 'same' | 'valid' | tf.backend_util.ExplicitPadding,
        attrs['dimRoundingMode'] as 'floor' | 'round' | 'ceil' | undefined,
      );
      const memory = backend as KernelBackend;
      const pixels = memory.readSync(input.dataId) as Float32Array;
      const gradients = memory.readSync(dy.dataId) as Float32Array;
      const dx = routed(pixels, gradients, info);
      return { dataId: memory.write(dx, input.shape, 'float32'), shape: input.shape, dtype: 'float32' };
    },
};

function routed(pixels: Float32Array, gradients: Float32Array, info: tf.backend_util.Conv2DInfo): Float32Array {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth } = info;
  const dx = new Float32Array(pixels.length);
  const largest = new Float32Array(inChannels);
  const place = new Int32Array(inChannels);
  let output = 0;

  for (let image = 0; image < batchSize; image++) {
    for (let outRow = 0; outRow < outHeight; outRow++) {
      const top = outRow * info.strideHeight - info.padInfo.top;
      for (let outColumn = 0; outColumn < outWidth; outColumn++) {
        const left = outColumn * info.strideWidth - info.padInfo.left;
        largest.fill(-Infinity);
        place.fill(-1);
        for (let row = Math.max(0, top); row < Math.min(inHeight, top + info.filterHeight); row++) {
          for (let column = Math.max(0, left); column < Math.min(inWidth, left + info.filterWidth); column++) {
            const pixel = ((image * inHeight + row) * inWidth + column) * inChannels;
            for (let channel = 0; channel < inChannels; channel++) {
              const value = pixels[pixel + channel]!;
              if (value > largest[channel]!) {
                largest[channel] = value;
                place[channel] = pixel + channel;
              }
            }
          }
        }
        for (let channel = 0; channel < inChannels; channel++) {
          const winner = place[channel]!;
          if (winner >= 0) dx[winner]! += gradients[output + channel]!;
        }
        output += inChannels;
      }
    }
  }
  return dx;
}
