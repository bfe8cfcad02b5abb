import { atEachPlace } from '../at-each-place.js';
import type { Graph, Value } from '../graph.js';
import type { Kind, Layer } from '../layer.js';

/** The vectors of a condition. */
export function labelsFor(graph: Graph, labels: Layer | undefined): Value {
  const condition = graph.conditionOf(labels);
  if (condition === 'none') return graph.refuse('a label that withPicture takes away', 'Give withPicture a `name`.');
  return graph.emit(labels, condition);
}

export const withCondition: Kind = {
  // the body's input without the numbers of the label, as many as the last weights give
  input: (_, [inner], [, labels]) => {
    const size = labels!.variables.at(-1)?.shape.at(-1);
    return inner && [...inner.slice(0, -1), size && inner.at(-1) ? inner.at(-1)! - size : null];
  },
  emit: (graph, x, { parts: [body, labels] }) =>
    graph.emit(body, graph.concat(x, atEachPlace(graph, labelsFor(graph, labels), graph.last(x)))),
};
