import type { Value } from '../graph.js';
import type { Kind } from '../layer.js';

export const createGaussianEncoder: Kind = {
  outputs: (graph, x, { parts }) => {
    const [mean, logVariance] = graph.split(graph.emit(parts[0], x), 2) as [Value, Value];
    return { mean, logVariance };
  },
};
