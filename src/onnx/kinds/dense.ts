import type { Kind } from '../layer.js';

export const dense: Kind<{ readonly inputs: number; readonly units: number; readonly activation?: unknown }> = {
  variables: ({ inputs, units }) => [[inputs, units], [units]],
  input: ({ options }) => ({ shape: [options.inputs] }),
  emit: (graph, x, { options, variables }) => {
    const form = { shape: [...x.shape.slice(0, -1), options.units] };
    const product = graph.node('MatMul', [graph.last(x), graph.weights(variables[0]!)], form);
    return graph.activate(graph.node('Add', [product, graph.weights(variables[1]!)], form), options.activation);
  },
};
