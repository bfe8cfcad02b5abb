import { concat } from '../at-each-place.js';
import type { Kind } from '../layer.js';

export const concatLatents: Kind<object> = {
  emit: (graph, x, { parts: [data, above] }, given) =>
    concat(graph, graph.emit(data!, x, given), graph.emit(above!, given.latents(above!), given)),
};
