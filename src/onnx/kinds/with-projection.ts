import type { Kind } from '../layer.js';
import { labelsFor } from './with-condition.js';

export const withProjection: Kind<object> = {
  emit: (graph, x, { parts: [head, labels] }, given) => {
    const logits = graph.emit(head!, x, given);
    const products = graph.node('Mul', [labelsFor(graph, labels!, given), x], x);
    return graph.node('Add', [logits, graph.node('ReduceSum', [products, [1]], logits)], logits);
  },
};
