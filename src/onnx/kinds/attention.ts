import type { Value } from '../graph.js';
import type { Kind } from '../layer.js';

export const attention: Kind<{ readonly inputs: number; readonly heads: number; readonly causal: boolean }> = {
  parts: ({ inputs }) => [3 * inputs, inputs].map((units) => ({ kind: 'dense', options: { inputs, units } })),
  // it does not tell how many axes there are
  input: () => undefined,
  keepsShape: true,
  emit: (graph, x, { options: { inputs, heads, causal }, parts: [projections, output] }, given) => {
    const size = inputs / heads;
    const tokens = x.shape.length === 3 ? x : graph.reshape(x, [null, null, inputs]);
    const perHead = (part: Value, perm: readonly number[]): Value => {
      const split = graph.node('Reshape', [part, [0, 0, heads, size]], { shape: [null, null, heads, size] });
      return graph.node('Transpose', [split], { shape: perm.map((axis) => split.shape[axis]!) }, { perm });
    };
    const [queries, keys, values] = graph.split(graph.emit(projections!, tokens, given), 3) as [Value, Value, Value];
    const turned = perHead(queries, [0, 2, 1, 3]);
    const scaled = graph.node('Mul', [turned, size ** -0.5], turned);
    const square = { shape: [null, heads, null, null] };
    const scores = graph.node('MatMul', [scaled, perHead(keys, [0, 2, 3, 1])], square);
    const seen = causal ? graph.node('Add', [scores, future(scores)], square) : scores;
    const shares = graph.node('Softmax', [seen], square, { axis: 3 });
    const heard = graph.node('MatMul', [shares, perHead(values, [0, 2, 1, 3])], turned);
    const merged = graph.node('Transpose', [heard], { shape: [null, null, heads, size] }, { perm: [0, 2, 1, 3] });
    const vectors = graph.node('Reshape', [merged, [0, 0, inputs]], { shape: tokens.shape });
    const result = graph.emit(output!, vectors, given);
    return tokens === x ? result : graph.reshape(result, x.shape, x);

    /** -Infinity where a row's token does not see that of the column, which comes later. */
    function future(scores: Value): Value {
      const shape = graph.node('Shape', [scores], { shape: [2] }, { start: 2 });
      const hidden = graph.node('Expand', [-Infinity, shape], { shape: [null, null] });
      return graph.node('Trilu', [hidden, graph.node('Squeeze', [[1]], { shape: [] })], hidden, { upper: 1 });
    }
  },
};
