import type { Value } from '../graph.js';
import { outline, type Kind } from '../layer.js';

export const attention: Kind<{ readonly heads?: number; readonly causal?: boolean }> = {
  parts: () => [outline('dense'), outline('dense')],
  // it does not tell how many axes there are
  input: () => undefined,
  keepsShape: true,
  emit: (graph, x, { options: { heads = 1, causal }, parts: [projections, output] }) => {
    const { node, reshape } = graph;
    const inputs = output!.variables[1]!.shape[0]!;
    const input = graph.last(x);
    const perHead = (part: Value, ...perm: readonly number[]): Value =>
      node('Transpose', [reshape(part, [0, 0, heads, inputs / heads])], { perm });
    const projected = graph.emit(projections, reshape(input, [0, -1, inputs]));
    const [queries, keys, values] = graph.split(projected, 3) as [Value, Value, Value];
    const scaled = node('Mul', [perHead(queries, 0, 2, 1, 3), (inputs / heads) ** -0.5]);
    let scores = node('MatMul', [scaled, perHead(keys, 0, 2, 3, 1)]);
    if (causal) {
      // 0 where the token of a row sees that of the column, and -Infinity where that comes later
      const seen = node('Trilu', [node('Expand', [1, node('Shape', [scores], { start: 2 })], {}, x)], { upper: 0 });
      scores = node('Add', [scores, node('Log', [seen])]);
    }
    const heard = node('MatMul', [node('Softmax', [scores], { axis: 3 }), perHead(values, 0, 2, 1, 3)]);
    const vectors = reshape(node('Transpose', [heard], { perm: [0, 2, 1, 3] }), [0, 0, inputs]);
    return node('Reshape', [graph.emit(output, vectors), node('Shape', [input])], {}, input);
  },
};
