import type { Kind } from '../layer.js';

/** Also flatten, which has no shape. */
export const reshape: Kind<{ readonly shape?: readonly number[] }> = {
  emit: (graph, x, { options: { shape = [-1] } }) => graph.reshape(x, [0, ...shape]),
};
