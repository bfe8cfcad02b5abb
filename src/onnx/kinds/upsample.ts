import type { Kind } from '../layer.js';

export const upsample: Kind<{ readonly factor: number }> = {
  input: () => ({ shape: [null, null, null] }),
  emit: (graph, x, { options: { factor } }) => {
    const [batch, height, width, channels] = x.shape as [null, number | null, number | null, number];
    const form = { shape: [batch, height && height * factor, width && width * factor, channels], isFirst: true };
    return graph.node('Resize', [graph.first(x), undefined, Float32Array.of(1, 1, factor, factor)], form, {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
  },
};
