import type { Kind } from '../layer.js';

/** In turns, as it is applied here: float32 radians of a late step would be less precise, and differ. */
export const timeEmbedding: Kind<{ readonly size: number; readonly maxPeriod: number }> = {
  input: () => ({ shape: [], isInt: true }),
  emit: (graph, x, { options: { size, maxPeriod } }) => {
    const half = size / 2;
    const turnsPerStep = Float32Array.from({ length: half }, (_, i) => maxPeriod ** (-i / half) / (2 * Math.PI));
    const steps = graph.node('Reshape', [graph.node('Cast', [x], x, { to: 1 }), [-1, 1]], { shape: [null, 1] });
    const sines = graph.node('Mul', [steps, turnsPerStep], { shape: [null, half] });
    const form = { shape: [null, size] };
    const turns = graph.node('Concat', [sines, graph.node('Add', [sines, 0.25], sines)], form, { axis: 1 });
    const near = graph.node('Sub', [turns, graph.node('Round', [turns], form)], form);
    return graph.node('Sin', [graph.node('Mul', [near, 2 * Math.PI], form)], form);
  },
};
