import type { Kind } from '../layer.js';
import { perAxis, type ConvolutionOptions } from './conv2d.js';

interface TransposedOptions extends ConvolutionOptions {
  readonly outputSize?: number | readonly number[] | null;
}

/** For each axis, the size of the input that leads to `outputSize`, and what the full result has more than the output. */
function axesOf({ outputSize, strides = 1, padding, kernelSize }: TransposedOptions, axes: number) {
  const steps = perAxis(strides, axes);
  return perAxis(kernelSize, axes).map((kernel, i) => {
    const stride = steps[i]!;
    const margin = padding === 'valid' ? kernel - 1 : 0;
    if (!outputSize) return { size: null, more: padding === 'valid' ? 0 : kernel - stride };
    const output = perAxis(outputSize, axes)[i]!;
    const size = Math.ceil((output - margin) / stride);
    return { size, more: (size - 1) * stride + kernel - output };
  });
}

/** Over images, or over sequences, which have an axis less. */
export const conv2dTranspose: Kind<TransposedOptions> = {
  variables: 2,
  input: (options) => [...axesOf(options, 2).map(({ size }) => size), options.inputs],
  emit: (graph, x, { options, variables: [kernel, biases] }) => {
    const axes = x.rank - 2;
    const totals = axesOf(options, axes).map(({ more }) => more);
    return graph.node('ConvTranspose', [graph.first(x), graph.kernel(kernel), graph.weights(biases)], {
      strides: perAxis(options.strides ?? 1, axes),
      // above and on the left, then below and on the right, which get the odd one
      pads: [...totals, ...totals.map((total) => total + 1)].map((total) => Math.max(total, 0) >> 1),
      // below 0, rows are added at the end, where only the biases are
      output_padding: totals.map((total) => Math.max(-total, 0)),
    });
  },
};
