import type { Kind } from '../layer.js';

/** Options of a convolution, transposed or not. */
export interface ConvolutionOptions {
  readonly inputs: number;
  readonly kernelSize: number;
  readonly strides?: number;
  readonly padding?: 'same' | 'valid';
}

export const conv2d: Kind<ConvolutionOptions> = {
  variables: 2,
  input: ({ inputs }) => [null, null, inputs],
  emit: (graph, x, { options: { strides = 1, padding }, variables: [kernel, biases] }) => {
    const inputs = [graph.first(x), graph.kernel(kernel), graph.weights(biases)];
    // the odd row of zeros is at the end, for images of any size
    const auto_pad = padding === 'valid' ? 'VALID' : 'SAME_UPPER';
    return graph.node('Conv', inputs, { strides: [strides, strides], auto_pad });
  },
};
