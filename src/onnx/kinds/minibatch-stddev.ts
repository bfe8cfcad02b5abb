import { atEachPlace } from '../at-each-place.js';
import type { Value } from '../graph.js';
import type { Kind } from '../layer.js';

export const minibatchStddev: Kind<{ readonly groupSize?: number | null }> = {
  emit: (graph, x, { options: { groupSize } }) => {
    const rows = graph.node('Unsqueeze', [graph.reshape(x, [0, -1]), [0]], {}, { rank: 3 });
    // [members of a group, groups, features]
    const members = graph.reshape(rows, groupSize ? [groupSize, -1, 0] : [-1, 1, 0]);
    const mean = (value: Value, axis: number): Value => graph.node('ReduceMean', [value], { axes: [axis] });
    const centred = graph.node('Sub', [members, mean(members, 0)]);
    const variance = mean(graph.node('Mul', [centred, centred]), 0);
    // with the number under the root with which it is applied
    const deviation = mean(graph.node('Sqrt', [graph.node('Add', [variance, 1e-8])]), 2);
    const repeated = graph.node('Expand', [deviation, graph.node('Shape', [mean(members, 2)])]);
    return graph.concat(x, atEachPlace(graph, graph.reshape(repeated, [-1, 1]), graph.last(x)));
  },
};
