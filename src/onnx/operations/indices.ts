import type { RecordedTensor } from '../../record/recording.js';
import { axesOf, listOf, numberOf } from '../attributes.js';
import type { Operations } from '../operation.js';
import { numbersOf, type Printer } from '../printer.js';
import { isSame, plus, type Shape } from '../sizes.js';

/** Beyond the end of any axis. */
const FAR = 2 ** 31 - 1;
const INT64 = 7;

const asIndices = (p: Printer, x: string): string => p.node('Cast', [x], { to: INT64 });

/** Indices of rows that have one row before them and one behind, for indices below 0 and beyond the end. */
function rowsAround(p: Printer, indices: string, count: number): string {
  const near = p.node('Clip', [indices, p.scalar(-1, 'int32'), p.scalar(count, 'int32')]);
  return p.node('Add', [near, p.scalar(1, 'int32')]);
}

/** Zeros with rows added at indices. */
function scattered(p: Printer, { dtype }: RecordedTensor, shape: Shape, indices: string, updates: string): string {
  const zeros = p.node('Expand', [p.scalar(0, dtype), shape]);
  return p.node('ScatterND', [zeros, indices, updates], { reduction: 'add' });
}

/** The numbers of an axis backwards. */
const backwards = (p: Printer, x: string, axis: number, begin: number, end: number): string =>
  p.node('Slice', [x, [begin], [end], [axis], [-1]]);

export const indices: Operations = {
  Cumsum: (p, { x }, { inputs, attributes, outputs: [output] }) => {
    const [axis] = axesOf(attributes['axis'], inputs['x']!.shape.length);
    const place = p.constant(BigInt64Array.of(BigInt(axis!)), []);
    const typed = inputs['x']!.dtype === output!.dtype ? x! : p.cast(x!, output!.dtype);
    const { exclusive, reverse } = attributes;
    return p.node('CumSum', [typed, place], { exclusive: Number(exclusive), reverse: Number(reverse) });
  },
  GatherV2: (p, { x, indices }, { inputs, attributes }) => {
    if (attributes['batchDims']) p.refuse('batchDims');
    const [axis] = axesOf(attributes['axis'] ?? 0, inputs['x']!.shape.length);
    return p.node('Gather', [x, indices], { axis: axis! });
  },
  GatherNd: (p, { params, indices }) => p.node('GatherND', [params, asIndices(p, indices!)]),
  ScatterNd: (p, { indices, updates }, { outputs: [output] }) =>
    scattered(p, output!, output!.shape, asIndices(p, indices!), updates!),
  // what is out of range goes to a row before the first or behind the last
  UnsortedSegmentSum: (p, { x, segmentIds }, { inputs, outputs: [output] }) => {
    const [count, ...rest] = output!.shape as [number, ...number[]];
    const rows = p.node('Unsqueeze', [rowsAround(p, segmentIds!, count), [inputs['segmentIds']!.shape.length]]);
    const sums = scattered(p, output!, [plus(count, 2), ...rest], asIndices(p, rows), x!);
    return p.node('Slice', [sums, [1], [plus(count, 1)], [0]]);
  },
  // a row of zeros for the label -1, and of NaN before and behind
  Lookup: (p, { labels, weights }, { inputs }) => {
    const [classes] = inputs['weights']!.shape as [number];
    const known = p.node('Pad', [weights, [1, 0, 0, 0]]);
    const rows = p.node('Pad', [known, [1, 0, 1, 0], NaN]);
    const next = p.node('Add', [labels, p.scalar(1, 'int32')]);
    return p.node('Gather', [rows, rowsAround(p, next, classes + 1)], { axis: 0 });
  },
  // ONNX's own operator takes -1 for the last class
  OneHot: (p, { indices }, { inputs, attributes, outputs: [output] }) => {
    const { dtype } = output!;
    const classes = Array.from({ length: numberOf(p, attributes['depth']) }, (_, i) => i);
    const column = p.node('Unsqueeze', [indices, [inputs['indices']!.shape.length]]);
    const values = ['onValue', 'offValue'].map((key) => p.scalar(numberOf(p, attributes[key]), dtype));
    return p.node('Where', [p.node('Equal', [column, p.constant(numbersOf(classes, 'int32'))]), ...values]);
  },
  TopK: (p, { x }, { inputs, attributes }) => {
    const axis = inputs['x']!.shape.length - 1;
    const [values, places] = p.nodes('TopK', [x, [numberOf(p, attributes['k'])]], { axis }, 2);
    return [values!, p.cast(places!, 'int32')];
  },
  Slice: (p, { x }, { inputs, attributes, outputs: [output] }) => {
    const begin = listOf(attributes['begin']);
    const shape = inputs['x']!.shape;
    const axes = shape.flatMap((size, axis) => (isSame([size], [output!.shape[axis]!]) ? [] : [axis]));
    if (axes.length === 0) return x!;
    const from = axes.map((axis) => begin[axis]!);
    return p.node('Slice', [x, from, axes.map((axis, i) => plus(from[i]!, output!.shape[axis]!)), axes]);
  },
  StridedSlice: (p, { x }, { attributes, outputs: [output], inputs }) => {
    const [begin, end, strides] = ['begin', 'end', 'strides'].map((key) => listOf(attributes[key])) as [
      Shape,
      Shape,
      Shape,
    ];
    const has = (mask: string, i: number): boolean => ((numberOf(p, attributes[mask] ?? 0) >> i) & 1) === 1;
    const added = begin.filter((_, i) => has('newAxisMask', i) && !has('ellipsisMask', i)).length;
    const boxes: { from: Shape[number]; to: Shape[number]; step: Shape[number]; axis: number }[] = [];
    let axis = 0;
    begin.forEach((first, i) => {
      if (has('ellipsisMask', i)) axis += inputs['x']!.shape.length - (begin.length - added - 1);
      else if (!has('newAxisMask', i)) {
        const step = strides[i]!;
        const isBack = (step as number) < 0;
        const isOne = has('shrinkAxisMask', i);
        const from = !isOne && has('beginMask', i) ? (isBack ? FAR : 0) : first;
        const open = isBack ? -FAR : FAR;
        const to = isOne ? (first === -1 ? FAR : plus(first, 1)) : has('endMask', i) ? open : end[i]!;
        boxes.push({ from, to, step: isOne ? 1 : step, axis: axis++ });
      }
    });
    const parts = (['from', 'to', 'axis', 'step'] as const).map((key) => boxes.map((one) => one[key]));
    const box = boxes.length === 0 ? x! : p.node('Slice', [x, ...parts]);
    return p.reshape(box, output!.shape);
  },
  Reverse: (p, { x }, { inputs, attributes }) =>
    axesOf(attributes['dims'], inputs['x']!.shape.length).reduce(
      (value, axis) => backwards(p, value, axis, -1, -FAR),
      x!,
    ),
  PadV2: (p, { x }, { inputs, attributes }) => {
    const paddings = attributes['paddings'] as readonly Shape[];
    const sides = [0, 1].flatMap((side) => paddings.map((pair) => pair[side]!));
    if (sides.every((size) => size === 0)) return x!;
    return p.node('Pad', [x, sides, p.scalar(numberOf(p, attributes['constantValue'] ?? 0), inputs['x']!.dtype)]);
  },
  // the first and last rows backwards; `reflect` leaves out the edge
  MirrorPad: (p, { x }, { attributes }) => {
    const skipped = attributes['mode'] === 'reflect' ? 1 : 0;
    const paddings = attributes['paddings'] as readonly (readonly [number, number])[];
    return paddings.reduce((value, [before, after], axis) => {
      const parts = [
        ...(before > 0 ? [backwards(p, value, axis, before - 1 + skipped, skipped ? 0 : -FAR)] : []),
        value,
        ...(after > 0 ? [backwards(p, value, axis, -1 - skipped, -1 - skipped - after)] : []),
      ];
      return parts.length === 1 ? value : p.node('Concat', parts, { axis });
    }, x!);
  },
};
