import { atEachPlace } from '../at-each-place.js';
import type { Value } from '../graph.js';
import type { Kind } from '../layer.js';

export const minibatchStddev: Kind<{ readonly groupSize?: number | null }> = {
  emit: (graph, x, { options: { groupSize } }) => {
    const { node, reshape } = graph;
    const rows = reshape(x, [0, -1]);
    const size = groupSize ? [groupSize] : node('Shape', [rows], { end: 1 });
    const concat = (...inputs: readonly (Value | readonly number[])[]) => node('Concat', inputs, { axis: 0 }, rows);
    // [members of a group, groups, features]
    const members = node('Reshape', [rows, concat(size, [-1], node('Shape', [rows], { start: 1 }))]);
    const mean = (value: Value, axis: number): Value => node('ReduceMean', [value], { axes: [axis] });
    const centred = node('Sub', [members, mean(members, 0)]);
    const variance = mean(node('Mul', [centred, centred]), 0);
    // with the number under the root with which it is applied
    const deviation = mean(node('Sqrt', [node('Add', [variance, 1e-8])]), 2);
    const repeated = node('Expand', [deviation, concat(size, [1, 1])]);
    return graph.concat(x, atEachPlace(graph, reshape(repeated, [-1, 1]), graph.last(x)));
  },
};
