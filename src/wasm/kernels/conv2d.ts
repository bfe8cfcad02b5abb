import type { TensorInfo } from '@tensorflow/tfjs-core';
import { activationSlope } from '../products/activation-slope.js';
import { convolve } from '../convolution/convolve.js';
import { convolveFramed } from '../convolution/framed.js';
import { asConvolution } from '../convolution/layout.js';
import { heapOf } from '../heap/heap.js';
import { convGeometry } from '../convolution/conv-geometry.js';
import { composeFused, isPerChannel } from './fused-steps.js';
import type { ReplacedKernel } from './kernel.js';

/** A convolution as a product of its windows, or by Winograd's algorithm. tfjs's kernel computes other dtypes and dilations. */
export const conv2d: ReplacedKernel = replacing('Conv2D');

/** The same with biases and an activation; the module knows relu and leakyRelu. */
export const fusedConv2d: ReplacedKernel = replacing('FusedConv2D');

function replacing(kernelName: string): ReplacedKernel {
  return {
    kernelName,
    replace: (original) => (args) => {
      const { inputs, attrs = {}, backend } = args;
      const { x, filter, bias } = inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo };
      const slope = activationSlope(attrs);
      const heap = heapOf(backend);
      const geometry = convGeometry(kernelName, x.shape, filter.shape, attrs, false);
      // tfjs's kernel reports what is wrong with other dtypes
      if (x.dtype !== 'float32' || filter.dtype !== 'float32' || bias?.dtype === 'int32') return original(args);
      if (filter.shape[2] !== geometry.inputChannels) return original(args);
      if (!isPerChannel(inputs, geometry.outputChannels)) return composeFused('Conv2D', args);
      const conv = slope === null ? null : asConvolution(geometry);
      if (heap === null || slope === null || conv === null) return convolveFramed(original, args, geometry);
      return convolve(heap, conv, { x, filter, bias }, slope);
    },
  };
}
