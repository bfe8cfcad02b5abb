import { outline, type Kind } from '../layer.js';

export const mlp: Kind<{ readonly sizes: readonly number[]; readonly activation?: unknown }> = {
  parts: ({ sizes, activation = 'relu' }) =>
    sizes
      .slice(1)
      .map((_, i) => outline('dense', { inputs: sizes[i], activation: i < sizes.length - 2 && activation })),
};
