import type { Kind } from '../layer.js';

export const residual: Kind = {
  input: (_, inputs) => inputs.find((input) => input !== undefined),
  emit: (graph, x, { parts: [body, shortcut] }) => {
    const added = graph.emit(body, x);
    const past = shortcut === undefined ? x : graph.emit(shortcut, x);
    return graph.node('Add', [graph.like(past, added), added], {}, added);
  },
};

/** The level of a U-Net: the output of its layers, then its input. */
export const besideInput: Kind = {
  emit: (graph, x, { parts }) => graph.concat(graph.emit(parts[0], x), x),
};
