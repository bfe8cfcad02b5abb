import { inputList } from '../../record/input-list.js';
import type { RecordedTensor, Size } from '../../record/recording.js';
import { axesOf, listOf, numberOf } from '../attributes.js';
import type { Operation, Operations } from '../operation.js';
import { printRepeated } from './resize.js';
import { axisIn, numbersOf, placed, toFirst, type Printer } from '../printer.js';

/** Numbers one after the other, as tfjs adds them up. */
const stepped = (start: number, step: number, count: number): number[] => {
  const values = new Float32Array(count);
  values.forEach((_, i) => (values[i] = i === 0 ? start : values[i - 1]! + step));
  return Array.from(values);
};

/** The same number in each place. */
const filled = (p: Printer, { shape, dtype }: RecordedTensor, value: Size): string =>
  p.node('Expand', [p.scalar(value, dtype), shape]);
const filledWith =
  (value: number): Operation =>
  (p, _, { outputs: [output] }) =>
    filled(p, output!, value);

export const shapes: Operations = {
  BroadcastTo: (p, { x }, { outputs: [output] }) => p.node('Expand', [x, output!.shape]),
  Concat: (p, _, { inputs, attributes, outputs: [output] }) => {
    const tensors = inputList(inputs);
    const [axis] = axesOf(attributes['axis'], output!.shape.length);
    if (axis === 1 && tensors.every((one) => one === tensors[0]) && printRepeated(p, tensors, output!)) return;
    const isFirst = tensors.some((tensor) => placed(p, tensor).isFirst);
    const names = tensors.map((tensor) => (isFirst ? p.first(tensor) : p.get(tensor)));
    const value = p.node('Concat', names, { axis: axisIn(isFirst, axis!, output!.shape.length) });
    p.set(output!, value, isFirst ? toFirst(output!.shape) : output!.shape, isFirst);
  },
  Pack: (p, _, { inputs, attributes, outputs: [output] }) => {
    const [axis] = axesOf(attributes['axis'], output!.shape.length);
    return p.node(
      'Concat',
      inputList(inputs).map((tensor) => p.node('Unsqueeze', [p.get(tensor), [axis!]])),
      { axis: axis! },
    );
  },
  SplitV: (p, _, { inputs: { x }, attributes, outputs }) => {
    const [axis] = axesOf(attributes['axis'], x!.shape.length);
    const { name, isFirst } = placed(p, x!);
    const sizes = outputs.map(({ shape }) => shape[axis!]!);
    p.nodes('Split', [name, sizes], { axis: axisIn(isFirst, axis!, x!.shape.length) }, outputs.length).forEach(
      (part, i) => {
        const { shape } = outputs[i]!;
        p.set(outputs[i]!, part, isFirst ? toFirst(shape) : shape, isFirst);
      },
    );
  },
  Unpack: (p, { value }, { inputs, attributes, outputs }) => {
    const [axis] = axesOf(attributes['axis'], inputs['value']!.shape.length);
    const parts = p.nodes('Split', [value, outputs.map(() => 1)], { axis: axis! }, outputs.length);
    return parts.map((part) => p.node('Squeeze', [part, [axis!]]));
  },
  Tile: (p, { x }, { attributes }) => {
    const reps = listOf(attributes['reps']);
    return reps.every((one) => one === 1) ? x! : p.node('Tile', [x, reps]);
  },
  Transpose: (p, { x }, { attributes }) => p.transpose(x!, listOf(attributes['perm']) as number[]),
  Fill: (p, _, { attributes: { value }, outputs: [output] }) => filled(p, output!, value as Size),
  ZerosLike: filledWith(0),
  OnesLike: filledWith(1),
  LinSpace: (p, _, { attributes }) => {
    const [start, stop, count] = ['start', 'stop', 'num'].map((key) => numberOf(p, attributes[key])) as [
      number,
      number,
      number,
    ];
    return p.constant(numbersOf(stepped(start, (stop - start) / (count - 1), count), 'float32'));
  },
  Range: (p, _, { attributes: { start, stop, step }, outputs: [output] }) => {
    const { dtype, shape } = output as RecordedTensor;
    const [count] = shape;
    if (typeof count === 'number')
      return p.constant(numbersOf(stepped(numberOf(p, start), numberOf(p, step), count), dtype));
    return p.node(
      'Range',
      [start, stop, step].map((number) => p.scalar(number as Size, dtype)),
    );
  },
};
