import type { Kind } from '../layer.js';

/** Options of the norms. */
export interface NormOptions {
  readonly epsilon?: number;
  readonly activation?: unknown;
}

export const batchNorm: Kind<NormOptions> = {
  variables: 2,
  buffers: 2,
  keepsShape: true,
  emit: (graph, x, { options: { epsilon = 1e-5, activation }, variables, buffers }) => {
    const numbers = [...variables, ...buffers].map((one) => graph.weights(one));
    return graph.activate(graph.node('BatchNormalization', [graph.first(x), ...numbers], { epsilon }), activation);
  },
};
