import type { Kind } from '../layer.js';

/** A size for all axes, or one for each. */
type Sizes = number | readonly number[];

/** Options of a convolution, transposed or not. */
export interface ConvolutionOptions {
  readonly inputs: number;
  readonly kernelSize: Sizes;
  readonly strides?: Sizes;
  readonly padding?: 'same' | 'valid';
}

/** One size for each of these axes. */
export function perAxis(sizes: Sizes, axes: number): number[] {
  return [sizes, sizes].flat().slice(0, axes);
}

/** Over images, or over sequences, which have an axis less. */
export const conv2d: Kind<ConvolutionOptions> = {
  variables: 2,
  input: ({ inputs }) => [null, null, inputs],
  emit: (graph, x, { options: { strides = 1, padding }, variables: [kernel, biases] }) =>
    graph.node('Conv', [graph.first(x), graph.kernel(kernel), graph.weights(biases)], {
      strides: perAxis(strides, x.rank - 2),
      // the odd row of zeros is at the end, for images of any size
      auto_pad: padding === 'valid' ? 'VALID' : 'SAME_UPPER',
    }),
};
