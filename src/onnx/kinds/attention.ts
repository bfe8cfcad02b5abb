import type { Value } from '../graph.js';
import { outline, type Kind } from '../layer.js';

export const attention: Kind<{ readonly heads?: number; readonly causal?: boolean }> = {
  parts: () => [outline('dense'), outline('dense')],
  // it does not tell how many axes there are
  input: () => undefined,
  keepsShape: true,
  emit: (graph, x, { options: { heads = 1, causal }, parts: [projections, output] }) => {
    const inputs = output!.variables[1]!.shape[0]!;
    const input = graph.last(x);
    const perHead = (part: Value, ...perm: readonly number[]): Value =>
      graph.node('Transpose', [graph.reshape(part, [0, 0, heads, -1])], { perm });
    const projected = graph.emit(projections, graph.reshape(input, [0, -1, inputs]));
    const [queries, keys, values] = graph.split(projected, 3) as [Value, Value, Value];
    const scaled = graph.node('Mul', [perHead(queries, 0, 2, 1, 3), (inputs / heads) ** -0.5]);
    let scores = graph.node('MatMul', [scaled, perHead(keys, 0, 2, 3, 1)]);
    if (causal) {
      // 0 where the token of a row sees that of the column, and -Infinity where that comes later
      const seen = graph.node(
        'Trilu',
        [graph.node('Expand', [1, graph.node('Shape', [scores], { start: 2 })], {}, x)],
        { upper: 0 },
      );
      scores = graph.node('Add', [scores, graph.node('Log', [seen])]);
    }
    const heard = graph.node('MatMul', [graph.node('Softmax', [scores]), perHead(values, 0, 2, 1, 3)]);
    const vectors = graph.reshape(graph.node('Transpose', [heard], { perm: [0, 2, 1, 3] }), [0, 0, -1]);
    return graph.node('Reshape', [graph.emit(output, vectors), graph.node('Shape', [input])], {}, input);
  },
};
