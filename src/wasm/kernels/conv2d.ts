import type { TensorInfo } from '@tensorflow/tfjs-core';
import { activationSlope } from '../products/activation-slope.js';
import type { KernelFunction } from '../composition/compose.js';
import { convolve } from '../convolution/convolve.js';
import { asConvolution } from '../convolution/layout.js';
import { heapOf } from '../heap/heap.js';
import { convGeometry } from '../convolution/conv-geometry.js';
import type { ReplacedKernel } from './kernel.js';

/** A convolution as a product of its windows, or by Winograd's algorithm. tfjs's kernel computes other dtypes and dilations. */
export const conv2d: ReplacedKernel = { kernelName: 'Conv2D', replace };

/** The same with biases and an activation; the module knows relu and leakyRelu. */
export const fusedConv2d: ReplacedKernel = { kernelName: 'FusedConv2D', replace };

function replace(original: KernelFunction): KernelFunction {
  return (args) => {
    const { inputs, attrs = {}, backend } = args;
    const { x, filter, bias } = inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo };
    const slope = activationSlope(attrs);
    const heap = heapOf(backend);
    if (heap === null || slope === null || attrs['dataFormat'] === 'NCHW') return original(args);
    if (x.dtype !== 'float32' || filter.dtype !== 'float32') return original(args);
    const geometry = convGeometry('Conv2D', x.shape, filter.shape, attrs, false);
    const conv = asConvolution(geometry);
    if (conv === null || filter.shape[2] !== geometry.inputChannels) return original(args);
    // tfjs's kernel reports what is wrong with other biases
    const isPerChannel = bias === undefined || (bias.shape.length === 1 && bias.shape[0] === conv.outChannels);
    if (!isPerChannel || bias?.dtype === 'int32') return original(args);
    return convolve(heap, conv, { x, filter, bias }, slope);
  };
}
