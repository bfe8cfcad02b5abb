import type { Kind } from '../layer.js';
import { labelsFor } from './with-condition.js';

export const withProjection: Kind = {
  emit: (graph, x, { parts: [head, labels] }) => {
    const products = graph.node('Mul', [labelsFor(graph, labels), x]);
    return graph.node('Add', [graph.emit(head, x), graph.node('ReduceSum', [products, [1]])]);
  },
};
