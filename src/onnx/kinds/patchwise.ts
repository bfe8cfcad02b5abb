import type { Kind } from '../layer.js';

export const patchwise: Kind<{ readonly size?: number }> = {
  input: ({ size = 2 }, [inner]) => inner?.map((length, axis) => length && length * (axis === 2 ? size ** -2 : size)),
  emit: (graph, x, { options: { size = 2 }, parts }) => {
    const attributes = { blocksize: size };
    const patches = graph.node('SpaceToDepth', [graph.first(x)], attributes);
    return graph.node('DepthToSpace', [graph.first(graph.emit(parts[0], patches))], attributes);
  },
};
