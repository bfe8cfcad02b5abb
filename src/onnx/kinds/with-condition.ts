import { atEachPlace } from '../at-each-place.js';
import type { Graph, Value } from '../graph.js';
import type { Kind, Layer } from '../layer.js';

/** The vectors of a condition. */
export function labelsFor(graph: Graph, labels: Layer | undefined): Value {
  return graph.emit(labels, graph.condition ?? graph.input('condition', labels));
}

export const withCondition: Kind = {
  // the body's input without the numbers of the label, as many as the last weights give
  input: (_, [inner], [, labels]) =>
    inner && [...inner.slice(0, -1), inner.at(-1)! - labels!.variables.at(-1)!.shape.at(-1)!],
  emit: (graph, x, { parts: [body, labels] }) =>
    graph.emit(body, graph.concat(x, atEachPlace(graph, labelsFor(graph, labels), graph.last(x)))),
};
