import type { Kind } from '../layer.js';

export const embedding: Kind = {
  variables: 1,
  input: () => [],
  emit: ({ node, last, ...graph }, x, { variables: [weights] }) => {
    const vectors = graph.weights(weights);
    if (!x.isInt) return node('MatMul', [last(x), vectors]);
    const [classes, size] = weights!.shape as [number, number];
    // After the vectors come NaN, for labels out of range, and zeros for -1, which is the last row.
    const others = node('Reshape', [new Float32Array(2 * size).fill(NaN, 0, size), [2, size]], {}, vectors);
    const table = node('Concat', [vectors, others], { axis: 0 });
    const labels = node('Max', [node('Cast', [x], { to: 7 }), [-2]]);
    return node('Gather', [table, node('Min', [labels, [classes]])], {}, { rank: x.rank + 1 });
  },
};
