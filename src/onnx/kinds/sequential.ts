import type { Kind } from '../layer.js';

/** Also the way in which most ready-made networks run their layers. */
export const sequential: Kind<object> = {
  emit: (graph, x, { parts }, given) => parts.reduce((value, layer) => graph.emit(layer, value, given), x),
};
