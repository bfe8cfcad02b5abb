import type { Tensor } from '@tensorflow/tfjs-core';
import { run, type Additions, type RegisteredGradient } from './registered-gradient.js';

/**
 * The gradients of convolutions. A convolution and its two gradients are each linear in two of image, filter and output, so
 * the gradients of each are the other two.
 */
export const convolutionAdditions: Additions = {
  Conv2DBackpropFilter: () => filterGradientRule('Conv2D', 'Conv2DBackpropInput'),
  Conv3DBackpropInputV2: () => inputGradientRule('Conv3D', 'Conv3DBackpropFilterV2'),
  Conv3DBackpropFilterV2: () => filterGradientRule('Conv3D', 'Conv3DBackpropInputV2'),
  DepthwiseConv2dNativeBackpropInput: () =>
    inputGradientRule('DepthwiseConv2dNative', 'DepthwiseConv2dNativeBackpropFilter'),
  DepthwiseConv2dNativeBackpropFilter: () =>
    filterGradientRule('DepthwiseConv2dNative', 'DepthwiseConv2dNativeBackpropInput'),
};

/** Attributes that the gradient kernels lack: tfjs has no gradients for other dilations or data formats. */
const defaults = (x: Tensor): object => ({ dilations: 1, dataFormat: x.rank === 4 ? 'NHWC' : 'NDHWC' });

export function inputGradientRule(convolution: string, filterGradient: string): RegisteredGradient {
  return {
    inputsToSave: ['dy', 'filter'],
    gradFunc: (gradient, saved, attributes) => {
      const x = gradient as Tensor;
      const [dy, filter] = saved as [Tensor, Tensor];
      return {
        dy: () => run(convolution, { x, filter }, { ...defaults(x), ...attributes }),
        filter: () => run(filterGradient, { x, dy }, { ...attributes, filterShape: filter.shape }),
      };
    },
  };
}

export function filterGradientRule(convolution: string, inputGradient: string): RegisteredGradient {
  return {
    inputsToSave: ['x', 'dy'],
    gradFunc: (gradient, saved, attributes) => {
      const filter = gradient as Tensor;
      const [x, dy] = saved as [Tensor, Tensor];
      return {
        x: () => run(inputGradient, { dy, filter }, { ...attributes, inputShape: x.shape }),
        dy: () => run(convolution, { x, filter }, { ...defaults(x), ...attributes }),
      };
    },
  };
}
