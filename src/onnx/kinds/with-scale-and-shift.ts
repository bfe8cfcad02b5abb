import { asColumn } from '../at-each-place.js';
import type { Value } from '../graph.js';
import type { Kind } from '../layer.js';
import { labelsFor } from './with-condition.js';

export const withScaleAndShift: Kind = {
  emit: (graph, x, { parts: [body, labels] }) => {
    const features = graph.emit(body, x);
    const halves = graph.split(labelsFor(graph, labels), 2);
    const [scale, shift] = halves.map((half) => asColumn(graph, half, features)) as [Value, Value];
    return graph.node('Add', [graph.node('Mul', [features, graph.node('Add', [scale, 1])]), shift]);
  },
};
