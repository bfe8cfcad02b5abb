import { atEachPlace, concat } from '../at-each-place.js';
import type { Graph, Value } from '../graph.js';
import type { Given, Kind, Layer } from '../layer.js';

/** The vectors of a condition. */
export function labelsFor(graph: Graph, labels: Layer, given: Given): Value {
  return graph.emit(labels, given.condition(labels), given);
}

/** The numbers in the output of a network that ends with dense or embedding; NaN for another. */
function widthOf({ options, parts }: Layer): number {
  return Number(options['units'] ?? options['size'] ?? (parts.length > 0 ? widthOf(parts.at(-1)!) : NaN));
}

export const withCondition: Kind<object> = {
  input: ({ parts: [body, labels] }, inputOf) => {
    const { shape = [] } = inputOf(body!) ?? {};
    const size = shape.at(-1)! - widthOf(labels!);
    return size > 0 ? { shape: [...shape.slice(0, -1), size] } : undefined;
  },
  emit: (graph, x, { parts: [body, labels] }, given) => {
    const input = graph.last(x);
    const vectors = labelsFor(graph, labels!, given);
    return graph.emit(body!, concat(graph, input, atEachPlace(graph, vectors, input)), given);
  },
};
