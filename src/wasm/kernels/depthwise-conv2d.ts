import type { TensorInfo } from '@tensorflow/tfjs-core';
import { convGeometry } from '../convolution/conv-geometry.js';
import { convolveFramed } from '../convolution/framed.js';
import { composeFused, isPerChannel } from './fused-steps.js';
import type { ReplacedKernel } from './kernel.js';

/** A depthwise convolution by tfjs's kernel, which is fast; where that is wrong, it gets images that are padded beforehand. */
export const depthwiseConv2d: ReplacedKernel = replacing('DepthwiseConv2dNative');

/** The same with biases and an activation. */
export const fusedDepthwiseConv2d: ReplacedKernel = replacing('FusedDepthwiseConv2D');

function replacing(kernelName: string): ReplacedKernel {
  return {
    kernelName,
    replace: (original) => (args) => {
      const { inputs, attrs = {} } = args;
      const { x, filter, bias } = inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo };
      const geometry = convGeometry(kernelName, x.shape, filter.shape, attrs, true);
      // tfjs's kernel reports what is wrong with other dtypes
      if (x.dtype !== 'float32' || filter.dtype !== 'float32' || bias?.dtype === 'int32') return original(args);
      if (!isPerChannel(inputs, geometry.outputChannels)) return composeFused('DepthwiseConv2dNative', args);
      return convolveFramed(original, args, geometry);
    },
  };
}
