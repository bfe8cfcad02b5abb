import { inputList } from '../../record/input-list.js';
import type { RecordedTensor, Size } from '../../record/recording.js';
import {
  axesOf,
  isSameSize,
  listOf,
  numberOf,
  numberText,
  sumOf,
  textOf,
  tupleOf,
  typeText,
  type PythonOperation,
  type PythonOperations,
} from './python-printer.js';

const only = (inputs: Readonly<Record<string, RecordedTensor>>): RecordedTensor => Object.values(inputs)[0]!;

const reshape: PythonOperation = (p, { inputs, outputs: [output] }) =>
  `${p.tensor(only(inputs))}.reshape(${tupleOf(p, output!.shape)})`;

/** Numbers one after the other, as tfjs adds them up. */
const stepped = (start: number, step: number, count: number): string => {
  const values = new Float32Array(count);
  values.forEach((_, i) => (values[i] = i === 0 ? start : values[i - 1]! + step));
  return `torch.tensor([${Array.from(values, numberText).join(', ')}])`;
};

/** A list of tensors along an axis. */
const joined =
  (name: string): PythonOperation =>
  (p, { inputs, attributes, outputs: [output] }) => {
    const [axis] = axesOf(attributes['axis'], output!.shape.length);
    return `torch.${name}([${inputList(inputs).map((x) => p.tensor(x)).join(', ')}], ${axis})`; // prettier-ignore
  };

export const shapes: PythonOperations = /* @__PURE__ */ (() => ({
  BroadcastTo: (p, { inputs, outputs: [output] }) => `${p.tensor(only(inputs))}.expand(${tupleOf(p, output!.shape)})`,
  Concat: joined('cat'),
  ExpandDims: reshape,
  Fill: (p, { attributes: { value }, outputs: [output] }) => {
    const { dtype } = output!;
    const isFree = typeof value === 'object' && value !== null;
    const number = isFree ? p.amount(value as Size, dtype) : textOf(Number(value), dtype);
    return `torch.full(${tupleOf(p, output!.shape)}, ${number}, dtype=${typeText(dtype)})`;
  },
  Identity: (p, { inputs }) => p.tensor(only(inputs)),
  LinSpace: (p, { attributes }) => {
    const [start, stop, count] = ['start', 'stop', 'num'].map((key) => numberOf(p, attributes[key])) as [
      number,
      number,
      number,
    ];
    return stepped(start, (stop - start) / (count - 1), count);
  },
  Pack: joined('stack'),
  Range: (p, { attributes: { start, step }, outputs: [output] }) => {
    const { dtype, shape } = output!;
    if (dtype === 'float32' && typeof shape[0] === 'number')
      return stepped(numberOf(p, start), numberOf(p, step), shape[0]);
    const count = `torch.arange(${p.size(shape[0]!)}, dtype=${typeText(dtype)})`;
    return start === 0 && step === 1 ? count : `${count} * ${numberOf(p, step)} + ${numberOf(p, start)}`;
  },
  Reshape: reshape,
  SplitV: (p, { inputs: { x }, attributes, outputs }) => {
    const [axis] = axesOf(attributes['axis'], x!.shape.length);
    return `${p.tensor(x!)}.split(${tupleOf(p, outputs.map(({ shape }) => shape[axis!]!))}, ${axis})`; // prettier-ignore
  },
  StopGradient: (p, { inputs }) => p.tensor(only(inputs)),
  Tile: (p, { inputs, attributes }) => `${p.tensor(only(inputs))}.repeat(${tupleOf(p, listOf(attributes['reps']))})`,
  Transpose: (p, { inputs, attributes }) =>
    `${p.tensor(only(inputs))}.permute(${tupleOf(p, listOf(attributes['perm']))})`,
  Unpack: (p, { inputs: { value }, attributes }) => {
    const [axis] = axesOf(attributes['axis'], value!.shape.length);
    return `${p.tensor(value!)}.unbind(${axis})`;
  },
  Slice: (p, { inputs: { x }, attributes, outputs: [output] }) => {
    const begin = listOf(attributes['begin']);
    const parts = x!.shape.map((size, axis) => {
      const [from, length] = [begin[axis]!, output!.shape[axis]!];
      if (isSameSize(size, length)) return ':';
      return `${from === 0 ? '' : `${p.size(from)} `}: ${p.size(sumOf(from, length))}`;
    });
    while (parts.at(-1) === ':') parts.pop();
    return parts.length === 0 ? p.tensor(x!) : `${p.tensor(x!)}[${parts.join(', ')}]`;
  },
}))();
