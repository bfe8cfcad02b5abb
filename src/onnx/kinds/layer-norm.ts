import type { Kind } from '../layer.js';

export const layerNorm: Kind<{ readonly inputs: number; readonly epsilon: number; readonly activation?: unknown }> = {
  variables: ({ inputs }) => [[inputs], [inputs]],
  keepsShape: true,
  emit: (graph, x, { options: { epsilon, activation }, variables }) => {
    const vectors = graph.last(x);
    const numbers = variables.map((one) => graph.weights(one));
    // the last axis, by default
    const normal = graph.node('LayerNormalization', [vectors, ...numbers], vectors, { epsilon });
    return graph.activate(normal, activation);
  },
};
