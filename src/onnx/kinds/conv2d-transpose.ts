import type { Kind } from '../layer.js';
import { padsOf, type ConvolutionOptions } from './conv2d.js';

interface TransposedOptions extends ConvolutionOptions {
  readonly outputSize?: readonly number[] | null;
}

/** The height and width of the input that lead to `outputSize`. */
function inputSizes({ outputSize, strides, padding, kernelSize }: TransposedOptions): readonly (number | null)[] {
  const margin = padding === 'valid' ? kernelSize - 1 : 0;
  return outputSize?.map((size) => Math.ceil((size - margin) / strides)) ?? [null, null];
}

export const conv2dTranspose: Kind<TransposedOptions> = {
  variables: ({ inputs, filters, kernelSize }) => [[kernelSize, kernelSize, filters, inputs], [filters]],
  input: ({ options }) => ({ shape: [...inputSizes(options), options.inputs] }),
  emit: (graph, x, { options, variables }) => {
    const { filters, kernelSize, strides, padding, activation, outputSize } = options;
    const isSame = padding === 'same';
    const grown = (size: number): number => (size - 1) * strides + kernelSize;
    const outputs = outputSize ?? x.shape.slice(1, 3).map((size) => size && (isSame ? size * strides : grown(size)));
    // what the full result has more than the output; less than 0 if rows are added at the end, where only the biases are
    const totals = inputSizes(options).map((size, i) =>
      size === null ? (isSame ? kernelSize - strides : 0) : grown(size) - outputs[i]!,
    );
    const form = { shape: [null, ...outputs, filters], isFirst: true };
    const weights = graph.weights(variables[0]!, [3, 2, 0, 1]);
    const images = graph.node('ConvTranspose', [graph.first(x), weights, graph.weights(variables[1]!)], form, {
      strides: [strides, strides],
      pads: padsOf(totals.map((total) => Math.max(total, 0))),
      output_padding: totals.map((total) => Math.max(-total, 0)),
    });
    return graph.activate(images, activation);
  },
};
