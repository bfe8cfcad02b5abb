import type { Additions, RegisteredGradient } from './registered-gradient.js';

/** Kernels of first derivatives whose own derivative is unknown: taking one throws an error that names an alternative. */
export const refusals: Additions = {
  Cumprod: () => refusal('prod', 'the exponential of a sum of logarithms, where the numbers are positive'),
  Dilation2DBackpropFilter: () => refusal('dilation2d', 'tf.maxPool'),
  Dilation2DBackpropInput: () => refusal('dilation2d', 'tf.maxPool'),
  MaxPool3DGrad: () => refusal('maxPool3d', 'tf.avgPool3d, or a convolution with strides'),
  LRNGrad: () => refusal('localResponseNormalization', 'a normalisation made of tf.moments'),
};

function refusal(operation: string, instead: string): RegisteredGradient {
  return {
    gradFunc: () => {
      throw new Error(
        `The second derivative of \`tf.${operation}\` is not known: a gradient penalty cannot be computed through it. Use ${instead}.`,
      );
    },
  };
}
