import { atEachPlace, concat } from '../at-each-place.js';
import type { Value } from '../graph.js';
import type { Kind } from '../layer.js';

/** Added under the root, as when it is applied. */
const EPSILON = 1e-8;

export const minibatchStddev: Kind<{ readonly groupSize?: number | null }> = {
  emit: (graph, x, { options }) => {
    const input = graph.last(x);
    const example = input.shape.slice(1);
    const groupSize = options.groupSize ?? undefined;
    if (groupSize !== undefined && example.includes(null)) {
      graph.refuse('minibatchStddev with groups, for images of any size', 'Pass the shape of an image in `inputs`.');
    }
    // [members of a group, groups, features]
    const features = example.reduce<number>((product, size) => product * size!, 1);
    const rows = groupSize === undefined ? [0, 1, -1] : [groupSize, -1, features];
    const members = graph.node('Reshape', [input, rows], { shape: [null, null, null] });
    const mean = (value: Value, axis: number): Value => graph.node('ReduceMean', [value], value, { axes: [axis] });
    const centred = graph.node('Sub', [members, mean(members, 0)], members);
    const variance = mean(graph.node('Mul', [centred, centred], members), 0);
    const deviation = mean(graph.node('Sqrt', [graph.node('Add', [variance, EPSILON], members)], members), 2);
    const repeated = graph.node('Expand', [deviation, [groupSize ?? 1, 1, 1]], members);
    const perExample = graph.node('Reshape', [repeated, [-1, 1]], { shape: [null, 1] });
    const ofBatch = groupSize === undefined ? onePerExample(perExample) : perExample;
    return concat(graph, input, atEachPlace(graph, ofBatch, input));

    /** A number of the whole batch for each example. */
    function onePerExample(number: Value): Value {
      const batch = graph.node('Shape', [input], { shape: [1] }, { end: 1 });
      const column = graph.node('Concat', [batch, [1]], { shape: [2] }, { axis: 0 });
      return graph.node('Expand', [number, column], { shape: [null, 1] });
    }
  },
};
