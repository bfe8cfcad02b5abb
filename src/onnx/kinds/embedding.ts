import type { Kind } from '../layer.js';

export const embedding: Kind<{ readonly classes: number; readonly size: number }> = {
  variables: ({ classes, size }) => [[classes, size]],
  input: () => ({ shape: [], isInt: true }),
  emit: (graph, x, { options: { classes, size }, variables }) => {
    const vectors = graph.weights(variables[0]!);
    if (!x.isInt) return graph.node('MatMul', [graph.last(x), vectors], { shape: [...x.shape.slice(0, -1), size] });
    // After the vectors come NaN, for labels out of range, and zeros for -1, which is the last row.
    const numbers = new Float32Array(2 * size).fill(NaN, 0, size);
    const others = graph.node('Reshape', [numbers, [2, size]], { shape: [2, size] });
    const table = graph.node('Concat', [vectors, others], { shape: [classes + 2, size] }, { axis: 0 });
    const labels = graph.node('Cast', [x], x, { to: 7 });
    const clipped = graph.node('Min', [graph.node('Max', [labels, [-2]], x), [classes]], x);
    return graph.node('Gather', [table, clipped], { shape: [...x.shape, size] });
  },
};
