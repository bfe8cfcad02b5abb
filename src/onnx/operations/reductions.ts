import type { RecordedTensor } from '../../record/recording.js';
import { axesOf } from '../attributes.js';
import type { Operation } from '../operation.js';
import { axisIn, placed, toFirst } from '../printer.js';

const reduce =
  (operator: string, isOfInts = true): Operation =>
  (p, _, node) => {
    const { x } = node.inputs as { x: RecordedTensor };
    const [output] = node.outputs as [RecordedTensor];
    const { axis, reductionIndices, keepDims } = node.attributes;
    const { length } = x.shape;
    const axes = axesOf(axis ?? reductionIndices, length);
    const isTest = operator.endsWith('Bool');
    const type = isTest || (isOfInts && x.dtype !== 'float32') ? 'int32' : 'float32';
    // what is left of images must have the same order
    const { name, isFirst } =
      axes.includes(1) && (length === 3 || axes.includes(2)) ? placed(p, x) : { name: p.get(x), isFirst: false };
    const typed = x.dtype === type ? name : p.cast(name, type);
    const places = axes.map((one) => axisIn(isFirst, one, length)).sort((a, b) => a - b);
    const keepdims = Number(keepDims ?? false);
    const kind = operator.replace('Bool', '');
    const value =
      axes.length === 0
        ? typed
        : kind === 'ReduceSum'
          ? p.node(kind, [typed, places], { keepdims })
          : p.node(kind, [typed], { axes: places, keepdims });
    const made = type === output.dtype ? value : p.cast(value, output.dtype);
    p.set(output, made, isFirst && keepdims ? toFirst(output.shape) : output.shape);
  };

const best =
  (operator: string): Operation =>
  (p, { x }, { attributes, inputs }) => {
    const [axis] = axesOf(attributes['axis'], inputs['x']!.shape.length);
    return p.cast(p.node(operator, [x], { axis: axis!, keepdims: 0 }), 'int32');
  };

export const reductions: Readonly<Record<string, Operation>> = {
  All: reduce('ReduceMinBool'),
  Any: reduce('ReduceMaxBool'),
  ArgMax: best('ArgMax'),
  ArgMin: best('ArgMin'),
  Max: reduce('ReduceMax'),
  Mean: reduce('ReduceMean', false),
  Min: reduce('ReduceMin'),
  Prod: reduce('ReduceProd'),
  Sum: reduce('ReduceSum'),
};
