import type { Kind } from '../layer.js';

export const upsample: Kind<{ readonly factor: number }> = {
  input: () => [null, null, null],
  emit: (graph, x, { options: { factor } }) =>
    graph.node('Resize', [graph.first(x), undefined, Float32Array.of(1, 1, factor, factor)], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    }),
};
