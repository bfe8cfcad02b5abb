import type { Graph, Value } from './graph.js';

/** Repeats numbers of each example, `[batch, ..., d]`, over the positions of an input with its channels last. */
export function atEachPlace(graph: Graph, vectors: Value, input: Value): Value {
  const size = vectors.shape.at(-1)!;
  const rank = input.shape.length;
  if (rank === 2) return vectors;
  const column = graph.node('Reshape', [vectors, [0, ...new Array<number>(rank - 2).fill(1), size]], {
    shape: [null, ...new Array<number>(rank - 2).fill(1), size],
  });
  // the shape of a single channel, which does not change the size of the vectors
  const places = { shape: [...input.shape.slice(0, -1), 1] };
  const channel = graph.node('Slice', [input, [0], [1], [rank - 1]], places);
  const shape = graph.node('Shape', [channel], { shape: [rank] });
  return graph.node('Expand', [column, shape], { shape: [...input.shape.slice(0, -1), size] });
}

/** Puts the channels of two values with channels last side by side. */
export function concat(graph: Graph, a: Value, b: Value): Value {
  const [first, second] = [graph.last(a), graph.last(b)];
  const shape = [...first.shape.slice(0, -1), first.shape.at(-1)! + second.shape.at(-1)!];
  return graph.node('Concat', [first, second], { shape }, { axis: shape.length - 1 });
}
