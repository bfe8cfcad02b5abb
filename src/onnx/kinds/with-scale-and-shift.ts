import type { Value } from '../graph.js';
import type { Kind } from '../layer.js';
import { labelsFor } from './with-condition.js';

export const withScaleAndShift: Kind<object> = {
  emit: (graph, x, { parts: [body, labels] }, given) => {
    const features = graph.emit(body!, x, given);
    const ones = new Array<number>(features.shape.length - 2).fill(1);
    const sizes = features.isFirst ? [0, -1, ...ones] : [0, ...ones, -1];
    const form = { shape: [null, ...ones, features.shape.at(-1)!], isFirst: features.isFirst };
    const halves = graph.split(labelsFor(graph, labels!, given), 2);
    const [scale, shift] = halves.map((half) => graph.node('Reshape', [half, sizes], form)) as [Value, Value];
    const scaled = graph.node('Mul', [features, graph.node('Add', [scale, 1], form)], features);
    return graph.node('Add', [scaled, shift], features);
  },
};
