import type { Kind } from '../layer.js';

export const reshape: Kind<{ readonly shape: readonly number[] }> = {
  emit: (graph, x, { options }) => graph.reshape(x, [0, ...options.shape]),
};
