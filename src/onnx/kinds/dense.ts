import type { Kind } from '../layer.js';

export const dense: Kind<{ readonly inputs: number; readonly activation?: unknown }> = {
  variables: 2,
  input: ({ inputs }) => [inputs],
  emit: (graph, x, { options, variables: [weights, biases] }) => {
    const product = graph.node('MatMul', [graph.last(x), graph.weights(weights)]);
    return graph.activate(graph.node('Add', [product, graph.weights(biases)]), options.activation);
  },
};
