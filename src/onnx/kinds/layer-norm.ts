import type { Kind } from '../layer.js';
import type { NormOptions } from './batch-norm.js';

export const layerNorm: Kind<NormOptions> = {
  variables: 2,
  keepsShape: true,
  emit: (graph, x, { options: { epsilon = 1e-5, activation }, variables }) => {
    const numbers = variables.map((one) => graph.weights(one));
    // over the last axis, by default
    return graph.activate(graph.node('LayerNormalization', [graph.last(x), ...numbers], { epsilon }), activation);
  },
};
