import type { Value } from '../graph.js';
import type { Kind } from '../layer.js';

export const glu: Kind = {
  emit: (graph, x) => {
    const [values, gates] = graph.split(x, 2) as [Value, Value];
    return graph.node('Mul', [values, graph.node('Sigmoid', [gates])]);
  },
};
