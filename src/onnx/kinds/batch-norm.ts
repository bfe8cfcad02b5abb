import type { Kind } from '../layer.js';

export const batchNorm: Kind<{ readonly inputs: number; readonly epsilon: number; readonly activation?: unknown }> = {
  variables: ({ inputs }) => [[inputs], [inputs]],
  buffers: ({ inputs }) => [[inputs], [inputs]],
  keepsShape: true,
  emit: (graph, x, { options, variables, buffers }) => {
    const images = graph.first(x);
    const numbers = [...variables, ...buffers].map((one) => graph.weights(one));
    const { epsilon, activation } = options;
    return graph.activate(graph.node('BatchNormalization', [images, ...numbers], images, { epsilon }), activation);
  },
};
