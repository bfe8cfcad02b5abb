import type { Kind } from '../layer.js';

type Sizes = readonly [height: number | null, width: number | null, channels: number];

export const patchwise: Kind<{ readonly size: number }> = {
  input: ({ options: { size }, parts }, inputOf) => {
    const inner = inputOf(parts[0]!);
    if (inner === undefined) return undefined;
    const [height, width, channels] = inner.shape as Sizes;
    return { shape: [height && height * size, width && width * size, channels / size ** 2] };
  },
  emit: (graph, x, { options: { size }, parts }, given) => {
    const [height, width, channels] = x.shape.slice(1) as unknown as Sizes;
    const folded = [null, height && height / size, width && width / size, channels * size ** 2];
    const attributes = { blocksize: size };
    const patches = graph.node('SpaceToDepth', [graph.first(x)], { shape: folded, isFirst: true }, attributes);
    const output = graph.first(graph.emit(parts[0]!, patches, given));
    const unfolded = [null, height, width, output.shape[3]! / size ** 2];
    return graph.node('DepthToSpace', [output], { shape: unfolded, isFirst: true }, attributes);
  },
};
