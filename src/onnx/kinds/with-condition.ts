import { atEachPlace } from '../at-each-place.js';
import type { Graph, Value } from '../graph.js';
import type { Kind, Layer } from '../layer.js';

/** The vectors of a condition. */
export function labelsFor(graph: Graph, labels: Layer | undefined): Value {
  return graph.emit(labels, graph.condition ?? graph.input('condition', labels));
}

export const withCondition: Kind = {
  // the body's input without the numbers of the label, as many as the last layer gives
  input: (_, [inner], [, labels]) => {
    const { size, units } = deepest(labels!).options;
    return inner && [...inner.slice(0, -1), inner.at(-1)! - Number(size ?? units)];
  },
  emit: (graph, x, { parts: [body, labels] }) =>
    graph.emit(body, graph.concat(x, atEachPlace(graph, labelsFor(graph, labels), graph.last(x)))),
};

/** The last layer of a network. */
function deepest(layer: Layer): Layer {
  return layer.parts.length > 0 ? deepest(layer.parts.at(-1)!) : layer;
}
