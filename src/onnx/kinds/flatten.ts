import type { Kind } from '../layer.js';

export const flatten: Kind = {
  emit: (graph, x) => graph.reshape(x, [0, -1]),
};
