import type { Kind } from '../layer.js';

/** Options of the norms. */
export interface NormOptions {
  readonly epsilon?: number;
}

export const batchNorm: Kind<NormOptions> = {
  variables: 2,
  buffers: 2,
  keepsShape: true,
  emit: (graph, x, { options: { epsilon = 1e-5 }, variables, buffers }) =>
    graph.node('BatchNormalization', [graph.first(x), ...[...variables, ...buffers].map(graph.weights)], { epsilon }),
};
