import { atEachPlace } from '../at-each-place.js';
import type { Value } from '../graph.js';
import type { Kind } from '../layer.js';

export const minibatchStddev: Kind<{ readonly groupSize?: number | null }> = {
  emit: (graph, x, { options: { groupSize } }) => {
    const rows = graph.reshape(x, [0, -1]);
    const size = groupSize ? [groupSize] : graph.node('Shape', [rows], { end: 1 });
    const concat = (...inputs: readonly (Value | readonly number[])[]) =>
      graph.node('Concat', inputs, { axis: 0 }, rows);
    // [members of a group, groups, features]
    const members = graph.node('Reshape', [rows, concat(size, [-1], graph.node('Shape', [rows], { start: 1 }))]);
    const mean = (value: Value, axis: number): Value => graph.node('ReduceMean', [value], { axes: [axis] });
    const centred = graph.node('Sub', [members, mean(members, 0)]);
    const variance = mean(graph.node('Mul', [centred, centred]), 0);
    // with the number under the root with which it is applied
    const deviation = mean(graph.node('Sqrt', [graph.node('Add', [variance, 1e-8])]), 2);
    const repeated = graph.node('Expand', [deviation, concat(size, [1, 1])]);
    return graph.concat(x, atEachPlace(graph, graph.reshape(repeated, [-1, 1]), graph.last(x)));
  },
};
