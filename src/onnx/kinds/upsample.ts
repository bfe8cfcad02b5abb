import type { Kind } from '../layer.js';
import { perAxis } from './conv2d.js';

/** Of images, or of sequences, which have an axis less. */
export const upsample: Kind<{ readonly factor?: number }> = {
  input: () => [null, null, null],
  // the nearest pixel, which no rounding can change, as a whole factor puts each pixel within half of its own
  emit: (graph, x, { options: { factor = 2 } }) =>
    graph.node('Resize', [graph.first(x), undefined, Float32Array.of(1, 1, ...perAxis(factor, x.rank - 2))]),
};
