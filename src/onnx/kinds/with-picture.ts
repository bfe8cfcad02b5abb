import type { Kind } from '../layer.js';

export const withPicture: Kind<{ readonly channels: number; readonly name?: string | null }> = {
  input: ({ channels }, [inner]) => inner && [...inner.slice(0, -1), inner.at(-1)! && inner.at(-1)! - channels],
  emit: (graph, x, { options: { channels, name }, parts: [body] }) => {
    const last = x.rank - 1;
    const shape = [...new Array<null>(last - 1).fill(null), channels];
    const picture = graph.conditionOf(undefined, shape, name);
    const fix = 'Give withPicture a `name`.';
    if (picture === 'none' || picture.rank !== x.rank) return graph.refuse('a picture without its condition', fix);
    const input = graph.last(x);
    const output = graph.last((name ? graph : graph.withCondition('none')).emit(body, graph.concat(input, picture)));
    if (output.rank !== x.rank) return output;
    // the first channels, as many as the input has, if there are as many as the body gets
    const channelsOf = (value: typeof x) => graph.node('Shape', [value], { start: last }, { rank: 1 });
    const [own, given] = [channelsOf(input), channelsOf(output)];
    const isAll = graph.node('Equal', [graph.node('Add', [own, [channels]]), given]);
    return graph.node('Slice', [output, [0], graph.node('Where', [isAll, own, given]), [last]]);
  },
};

export const withNamedCondition: Kind<{ readonly name: string }> = {
  emit: (graph, x, { options: { name }, parts: [body] }) => graph.named(name).emit(body, x),
};
