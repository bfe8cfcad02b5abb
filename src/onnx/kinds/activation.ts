import type { Kind } from '../layer.js';

/** An activation between the layers of a ready-made network. */
export const activation: Kind<{ readonly activation: unknown }> = {
  keepsShape: true,
  emit: (graph, x, { options }) => graph.activate(x, options.activation),
};
