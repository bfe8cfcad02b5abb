import type { Kind } from '../layer.js';

export const concatLatents: Kind = {
  emit: (graph, x, { parts: [data, above] }) =>
    graph.concat(graph.emit(data, x), graph.emit(above, graph.input('latents', above))),
};
