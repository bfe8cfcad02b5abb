import { inputOf } from '../input-of.js';
import type { Kind, Layer } from '../layer.js';

/** The channels that a network gives: as many as the last of its weights. */
function channelsOf({ kind, options, variables }: Layer): number {
  const patch = kind === 'patchwise' ? Number(options['size'] ?? 2) : 1;
  return variables.at(-1)!.shape.at(-1)! / patch ** 2;
}

export const withPicture: Kind<{ readonly channels: number; readonly name?: string | null }> = {
  input: ({ channels }, [inner]) => inner && [...inner.slice(0, -1), inner.at(-1)! - channels],
  emit: (graph, x, { options: { channels, name }, parts: [body] }) => {
    const places = new Array<null>(x.rank - 2).fill(null);
    const beside = graph.input(name ?? 'condition', undefined, [...places, channels]);
    const output = graph.emit(body, graph.concat(x, beside));
    const all = inputOf(body!)?.at(-1);
    if (channelsOf(body!) !== all) return output;
    const axis = x.rank - 1;
    return graph.node('Slice', [graph.last(output), [0], [all - channels], [axis]]);
  },
};

export const withNamedCondition: Kind<{ readonly name: string }> = {
  emit: (graph, x, { options: { name }, parts: [body] }) => graph.named(name).emit(body, x),
};
