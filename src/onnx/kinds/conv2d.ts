import type { Attributes } from '../graph.js';
import type { Kind } from '../layer.js';

/** Options of a convolution, transposed or not. */
export interface ConvolutionOptions {
  readonly inputs: number;
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides: number;
  readonly padding: 'same' | 'valid';
  readonly activation?: unknown;
}

/** Zeros around images: those above and on the left, then those below and on the right, which get the odd one. */
export function padsOf(totals: readonly number[]): number[] {
  return [...totals.map((total) => Math.floor(total / 2)), ...totals.map((total) => Math.ceil(total / 2))];
}

export const conv2d: Kind<ConvolutionOptions> = {
  variables: ({ inputs, filters, kernelSize }) => [[kernelSize, kernelSize, inputs, filters], [filters]],
  input: ({ options }) => ({ shape: [null, null, options.inputs] }),
  emit: (graph, x, { options, variables }) => {
    const { filters, kernelSize, strides, padding, activation } = options;
    const sizes = x.shape.slice(1, 3);
    const margin = padding === 'valid' ? kernelSize - 1 : 0;
    const outputs = sizes.map((size) => size && Math.ceil((size - margin) / strides));
    const totals = sizes.map((size, i) =>
      // with strides of 1 the padding is the same for all sizes
      size === null && strides > 1 ? null : Math.max(((outputs[i] ?? 1) - 1) * strides + kernelSize - (size ?? 1), 0),
    );
    const isKnown = totals.every((total) => total !== null);
    const padded: Attributes = isKnown ? { pads: padsOf(totals) } : { auto_pad: 'SAME_UPPER' };
    const attributes = { strides: [strides, strides], ...(padding === 'same' ? padded : {}) };
    const form = { shape: [null, ...outputs, filters], isFirst: true };
    const weights = graph.weights(variables[0]!, [3, 2, 0, 1]);
    return graph.activate(
      graph.node('Conv', [graph.first(x), weights, graph.weights(variables[1]!)], form, attributes),
      activation,
    );
  },
};
