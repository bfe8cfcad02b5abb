import type { Size } from '../../record/recording.js';
import { numbersIn } from './numbers-in.js';
import {
  axesOf,
  listOf,
  numberOf,
  sumOf,
  textOf,
  tupleOf,
  typeText,
  type PythonOperation,
  type PythonOperations,
} from './python-printer.js';

/** The parts of a box with steps, for masks of tfjs; the result is then given the shape of the output. */
const strided: PythonOperation = (p, { inputs: { x }, attributes, outputs: [output] }) => {
  const [begin, end, strides] = ['begin', 'end', 'strides'].map((key) => listOf(attributes[key])) as [
    readonly Size[],
    readonly Size[],
    readonly Size[],
  ];
  const has = (mask: string, i: number): boolean => ((numberOf(p, attributes[mask] ?? 0) >> i) & 1) === 1;
  const added = begin.filter((_, i) => has('newAxisMask', i) && !has('ellipsisMask', i)).length;
  const parts: string[] = [];
  begin.forEach((first, i) => {
    if (has('ellipsisMask', i)) {
      const skipped = x!.shape.length - (begin.length - added - 1);
      for (let k = 0; k < skipped; k++) parts.push('(None, None, 1)');
    } else if (!has('newAxisMask', i)) {
      const isOne = has('shrinkAxisMask', i);
      const from = !isOne && has('beginMask', i) ? 'None' : p.size(first);
      const last = first === -1 ? 'None' : p.size(sumOf(first, 1));
      const to = isOne ? last : has('endMask', i) ? 'None' : p.size(end[i]!);
      parts.push(`(${from}, ${to}, ${isOne ? 1 : p.size(strides[i]!)})`);
    }
  });
  return `${p.help('strided')}(${p.tensor(x!)}, [${parts.join(', ')}]).reshape(${tupleOf(p, output!.shape)})`;
};

export const indices: PythonOperations = {
  Cumsum: (p, { inputs: { x }, attributes, outputs: [output] }) => {
    const [axis] = axesOf(attributes['axis'], x!.shape.length);
    const { exclusive, reverse } = attributes;
    const [isExclusive, isReverse] = [exclusive, reverse].map((one) => (one ? 'True' : 'False'));
    const type = typeText(output!.dtype);
    return `${p.help('cumulated')}(${p.tensor(x!)}, ${axis}, ${isExclusive}, ${isReverse}, ${type})`;
  },
  GatherV2: (p, { inputs: { x, indices }, attributes }) => {
    if (attributes['batchDims']) p.refuse('batchDims');
    const [axis] = axesOf(attributes['axis'] ?? 0, x!.shape.length);
    return `${p.tensor(x!)}[${':, '.repeat(axis!)}${p.tensor(indices!)}.long()]`;
  },
  GatherNd: (p, { inputs: { params, indices } }) =>
    `${p.tensor(params!)}[tuple(${p.tensor(indices!)}.long().unbind(-1))]`,
  MirrorPad: (p, { inputs: { x }, attributes: { mode, paddings } }) =>
    `${p.help('mirror_pad')}(${p.tensor(x!)}, ${numbersIn(p, paddings!)}, ${mode === 'reflect' ? 1 : 0})`,
  OneHot: (p, { inputs: { indices }, attributes, outputs: [output] }) => {
    const { dtype } = output!;
    const [on, off] = ['onValue', 'offValue'].map((key) => textOf(numberOf(p, attributes[key]), dtype));
    const depth = numberOf(p, attributes['depth']);
    return `${p.help('one_hot')}(${p.tensor(indices!)}, ${depth}, ${on}, ${off}, ${typeText(dtype)})`;
  },
  PadV2: (p, { inputs: { x }, attributes: { paddings, constantValue } }) => {
    const pairs = paddings as readonly (readonly Size[])[];
    if (pairs.flat().every((size) => size === 0)) return p.tensor(x!);
    const sides = [...pairs].reverse().flat();
    const value = textOf(numberOf(p, constantValue ?? 0), x!.dtype);
    return `F.pad(${p.tensor(x!)}, ${tupleOf(p, sides)}, value=${value})`;
  },
  Reverse: (p, { inputs: { x }, attributes }) =>
    `${p.tensor(x!)}.flip(${tupleOf(p, axesOf(attributes['dims'], x!.shape.length))})`,
  ScatterNd: (p, { inputs: { indices, updates }, outputs: [output] }) =>
    `${p.help('scatter_nd')}(${p.tensor(indices!)}, ${p.tensor(updates!)}, ${tupleOf(p, output!.shape)})`,
  StridedSlice: strided,
  TopK: (p, { inputs: { x }, attributes }) => `${p.help('top_k')}(${p.tensor(x!)}, ${numberOf(p, attributes['k'])})`,
  UnsortedSegmentSum: (p, { inputs: { x, segmentIds }, outputs: [output] }) =>
    `${p.help('segment_sum')}(${p.tensor(x!)}, ${p.tensor(segmentIds!)}, ${p.size(output!.shape[0]!)})`,
};
