import type { Kind } from '../layer.js';
import type { ConvolutionOptions } from './conv2d.js';

interface TransposedOptions extends ConvolutionOptions {
  readonly outputSize?: readonly number[] | null;
}

/** The height and width of the input that lead to `outputSize`. */
function sizesOf({ outputSize, strides = 1, padding, kernelSize }: TransposedOptions): readonly (number | null)[] {
  const margin = padding === 'valid' ? kernelSize - 1 : 0;
  return outputSize?.map((size) => Math.ceil((size - margin) / strides)) ?? [null, null];
}

export const conv2dTranspose: Kind<TransposedOptions> = {
  variables: 2,
  input: (options) => [...sizesOf(options), options.inputs],
  emit: (graph, x, { options, variables: [kernel, biases] }) => {
    const { kernelSize, strides = 1, padding, outputSize } = options;
    // What the full result has more than the output. Below 0, rows are added at the end, where only the biases are.
    const totals = sizesOf(options).map((size, i) => {
      if (size === null) return padding === 'valid' ? 0 : kernelSize - strides;
      return (size - 1) * strides + kernelSize - outputSize![i]!;
    });
    const cut = (round: (x: number) => number) => totals.map((total) => round(Math.max(total, 0) / 2));
    return graph.node('ConvTranspose', [graph.first(x), graph.kernel(kernel), graph.weights(biases)], {
      strides: [strides, strides],
      // above and on the left, then below and on the right, which get the odd one
      pads: [...cut(Math.floor), ...cut(Math.ceil)],
      output_padding: totals.map((total) => Math.max(-total, 0)),
    });
  },
};
