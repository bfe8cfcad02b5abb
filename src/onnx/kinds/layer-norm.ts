import type { Kind } from '../layer.js';
import type { NormOptions } from './batch-norm.js';

export const layerNorm: Kind<NormOptions> = {
  variables: 2,
  keepsShape: true,
  // over the last axis, by default
  emit: (graph, x, { options: { epsilon = 1e-5 }, variables }) =>
    graph.node('LayerNormalization', [graph.last(x), ...variables.map(graph.weights)], { epsilon }),
};
