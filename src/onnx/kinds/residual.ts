import { concat } from '../at-each-place.js';
import type { Kind } from '../layer.js';

export const residual: Kind<object> = {
  input: ({ parts }, inputOf) => parts.map(inputOf).find((input) => input !== undefined),
  emit: (graph, x, { parts: [body, shortcut] }, given) => {
    const added = graph.emit(body!, x, given);
    const past = shortcut === undefined ? x : graph.emit(shortcut, x, given);
    return graph.node('Add', [graph.like(past, added), added], added);
  },
};

/** The level of a U-Net: the output of its layers, then its input. */
export const besideInput: Kind<object> = {
  emit: (graph, x, { parts }, given) => concat(graph, graph.emit(parts[0]!, x, given), x),
};
