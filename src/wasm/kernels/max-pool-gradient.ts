import type { TensorInfo } from '@tensorflow/tfjs-core';
import { placesOfMaxima, windowsOf } from '../convolution/places-of-maxima.js';
import type { ReplacedKernel } from './kernel.js';
import { numbersOf, written } from './on-host.js';

/**
 * Adds the gradient of each window to its largest pixel, the first of equal ones, on the host. tfjs's kernel starts from the smallest
 * positive number, which is wrong for windows without a positive pixel.
 */
export const maxPoolGradient: ReplacedKernel = {
  kernelName: 'MaxPoolGrad',
  replace:
    () =>
    ({ inputs, attrs = {}, backend }) => {
      const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
      const pixels = numbersOf(backend, input);
      const places = placesOfMaxima(pixels, windowsOf(input.shape, attrs));
      const gradients = numbersOf(backend, dy);
      const dx = new Float32Array(pixels.length);
      for (let i = 0; i < places.length; i++) if (places[i]! >= 0) dx[places[i]!]! += gradients[i]!;
      return written(backend, dx, input.shape);
    },
};
