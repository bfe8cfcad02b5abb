import type { Graph, Value } from './graph.js';

/** Numbers of each example, `[batch, d]` or `[batch]`, with axes of size 1, so that they can be multiplied with a value. */
export function asColumn(graph: Graph, vectors: Value, { rank, isFirst }: Value): Value {
  const ones = new Array<number>(rank - 2).fill(1);
  return graph.node('Reshape', [vectors, isFirst ? [0, -1, ...ones] : [0, ...ones, -1]], {}, { rank, isFirst });
}

/** Repeats numbers of each example, `[batch, d]`, over the positions of an input with its channels last. */
export function atEachPlace(graph: Graph, vectors: Value, input: Value): Value {
  if (input.rank === 2) return vectors;
  // the shape of a single channel, which does not change the size of the vectors
  const channel = graph.node('Slice', [input, [0], [1], [input.rank - 1]]);
  return graph.node('Expand', [asColumn(graph, vectors, input), graph.node('Shape', [channel])]);
}
