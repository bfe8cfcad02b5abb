import type { TensorInfo } from '@tensorflow/tfjs-core';
import { negativeSlopeOf } from '../products/negative-slope-of.js';
import { convolve } from '../convolution/convolve.js';
import { convolveFramed } from '../convolution/framed.js';
import { heapOf } from '../heap/heap.js';
import { convGeometry, isForModule, isPointwise } from '../convolution/conv-geometry.js';
import { activateAfter, composeFused, isPerChannel } from './fused-steps.js';
import type { ReplacedKernel } from './kernel.js';

/**
 * A convolution, as a matrix product of its windows or by Winograd's algorithm. tfjs's kernel still computes other dtypes and dilations.
 */
export const conv2d: ReplacedKernel = replacing('Conv2D');

/** The same with biases and an activation; the module has relu and leakyRelu. */
export const fusedConv2d: ReplacedKernel = replacing('FusedConv2D');

function replacing(kernelName: string): ReplacedKernel {
  return {
    kernelName,
    replace: (original) => (args) => {
      const { inputs, attrs = {}, backend } = args;
      const { x, filter, bias } = inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo };
      const negativeSlope = negativeSlopeOf(attrs);
      const geometry = convGeometry(kernelName, x.shape, filter.shape, attrs, false);
      // tfjs's kernel reports what is wrong with other dtypes
      if (x.dtype !== 'float32' || filter.dtype !== 'float32' || bias?.dtype === 'int32') return original(args);
      if (filter.shape[2] !== geometry.channels) return original(args);
      const { channels, outChannels } = geometry;
      // for a single factor, XNNPACK has a special kernel, which turns NaN into an infinity
      const isOneFactor = negativeSlope === null && channels * outChannels === 1 && isPointwise(geometry);
      if (isOneFactor || !isPerChannel(inputs, outChannels)) return composeFused('Conv2D', args);
      if (negativeSlope === null || !isForModule(geometry))
        return convolveFramed((framed) => activateAfter(original, framed), args, geometry);
      return convolve(heapOf(backend), geometry, { x, filter, bias }, negativeSlope);
    },
  };
}
