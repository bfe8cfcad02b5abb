import type { Value } from '../graph.js';
import type { Kind } from '../layer.js';

export const glu: Kind = {
  emit: ({ node, split }, x) => {
    const [values, gates] = split(x, 2) as [Value, Value];
    return node('Mul', [values, node('Sigmoid', [gates])]);
  },
};
