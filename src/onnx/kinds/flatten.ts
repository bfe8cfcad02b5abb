import type { Kind } from '../layer.js';

export const flatten: Kind<object> = {
  emit: (graph, x) => {
    const sizes = x.shape.slice(1);
    const size = sizes.includes(null) ? null : sizes.reduce<number>((product, size) => product * size!, 1);
    return sizes.length === 1 ? x : graph.reshape(x, [null, size]);
  },
};
