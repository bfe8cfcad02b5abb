import type { Kind } from '../layer.js';

export const upsample: Kind<{ readonly factor?: number }> = {
  input: () => [null, null, null],
  // the nearest pixel, which no rounding can change, as a whole factor puts each pixel within half of its own
  emit: (graph, x, { options: { factor = 2 } }) =>
    graph.node('Resize', [graph.first(x), undefined, Float32Array.of(1, 1, factor, factor)]),
};
