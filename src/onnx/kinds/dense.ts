import type { Kind } from '../layer.js';

export const dense: Kind<{ readonly inputs: number }> = {
  variables: 2,
  input: ({ inputs }) => [inputs],
  emit: (graph, x, { variables: [weights, biases] }) =>
    graph.node('Add', [graph.node('MatMul', [graph.last(x), graph.weights(weights)]), graph.weights(biases)]),
};
