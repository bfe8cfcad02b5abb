import type { Kind } from '../layer.js';

export const embedding: Kind = {
  variables: 1,
  input: () => [],
  emit: (graph, x, { variables: [weights] }) => {
    const vectors = graph.weights(weights);
    if (!x.isInt) return graph.node('MatMul', [graph.last(x), vectors]);
    const [classes, size] = weights!.shape as [number, number];
    // After the vectors come NaN, for labels out of range, and zeros for -1, which is the last row.
    const others = graph.node('Reshape', [new Float32Array(2 * size).fill(NaN, 0, size), [2, size]], {}, vectors);
    const table = graph.node('Concat', [vectors, others], { axis: 0 });
    const labels = graph.node('Max', [graph.node('Cast', [x], { to: 7 }), [-2]]);
    return graph.node('Gather', [table, graph.node('Min', [labels, [classes]])], {}, { rank: x.rank + 1 });
  },
};
