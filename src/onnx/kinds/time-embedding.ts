import type { Kind } from '../layer.js';

/** In turns, as it is computed here: float32 radians of a late step would be less precise, and differ. */
export const timeEmbedding: Kind<{ readonly size: number; readonly maxPeriod?: number }> = {
  input: () => [],
  emit: (graph, x, { options: { size, maxPeriod = 10_000 } }) => {
    const turnsPerStep = Float32Array.from(
      { length: size / 2 },
      (_, i) => maxPeriod ** ((-2 * i) / size) / (2 * Math.PI),
    );
    const sines = graph.node('Mul', [graph.reshape(graph.node('Cast', [x], { to: 1 }), [-1, 1]), turnsPerStep]);
    const turns = graph.node('Concat', [sines, graph.node('Add', [sines, 0.25])], { axis: 1 });
    return graph.node('Sin', [
      graph.node('Mul', [graph.node('Sub', [turns, graph.node('Round', [turns])]), 2 * Math.PI]),
    ]);
  },
};
