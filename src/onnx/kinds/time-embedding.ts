import type { Kind } from '../layer.js';

/** In turns, as it is computed here: float32 radians of a late step would be less precise, and differ. */
export const timeEmbedding: Kind<{ readonly size: number; readonly maxPeriod?: number }> = {
  input: () => [],
  emit: ({ node, reshape }, x, { options: { size, maxPeriod = 10_000 } }) => {
    const turnsPerStep = Float32Array.from({ length: size / 2 }, (_, i) => maxPeriod ** ((-2 * i) / size) / (2 * Math.PI));
    const sines = node('Mul', [reshape(node('Cast', [x], { to: 1 }), [-1, 1]), turnsPerStep]);
    const turns = node('Concat', [sines, node('Add', [sines, 0.25])], { axis: 1 });
    return node('Sin', [node('Mul', [node('Sub', [turns, node('Round', [turns])]), 2 * Math.PI])]);
  },
};
