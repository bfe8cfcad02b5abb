import type { RecordedNode, RecordedTensor } from '../../record/recording.js';
import { numberOf } from '../attributes.js';
import type { Operation, Operations } from '../operation.js';
import { asRows, type Printer } from '../printer.js';
import { withoutFirstOnes, type Shape } from '../sizes.js';

/** The activation of a kernel that has one. */
export function activated(p: Printer, x: string, { attributes }: RecordedNode, slopes?: string): string {
  const { activation, leakyreluAlpha } = attributes;
  switch (activation ?? 'linear') {
    case 'linear':
      return x;
    case 'leakyrelu':
      return p.node('LeakyRelu', [x], { alpha: numberOf(p, leakyreluAlpha ?? 0.2) });
    case 'prelu':
      return p.node('PRelu', [x, slopes]);
    case 'relu6':
      return p.node('Clip', [x, 0, 6]);
    case 'relu':
    case 'elu':
    case 'sigmoid':
      return p.node({ relu: 'Relu', elu: 'Elu', sigmoid: 'Sigmoid' }[activation as 'relu'], [x]);
    default:
      return p.refuse('this activation');
  }
}

/** Matrices with their last two axes exchanged. */
function turned(p: Printer, x: string, rank: number, isTurned: unknown): string {
  if (!isTurned) return x;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return p.transpose(x, [...axes.slice(0, -2), rank - 1, rank - 2]);
}

const product: Operation = (p, _, node) => {
  const { a, b, bias, preluActivationWeights } = node.inputs as Record<string, RecordedTensor> & {
    a: RecordedTensor;
    b: RecordedTensor;
  };
  const { transposeA, transposeB } = node.attributes;
  const [output] = node.outputs as [RecordedTensor];
  const matrix = (shape: Shape): Shape => shape.slice(-2);
  const areOnes = ({ shape }: RecordedTensor): boolean => shape.slice(0, -2).every((size) => size === 1);
  let [left, right, form] = [a.shape, b.shape, output.shape];
  if (areOnes(b)) {
    right = matrix(right);
    // one matrix for all rows, which may have any axes
    const rows = transposeA ? areOnes(a) && { shape: matrix(left) } : asRows(p, a);
    if (rows) {
      left = rows.shape;
      form = [...left.slice(0, -2), ...matrix(form)];
      if (!transposeA) form = [...left.slice(0, -1), ...form.slice(-1)];
    }
  }
  const factors = [
    turned(p, p.get(a, left), left.length, transposeA),
    turned(p, p.get(b, right), right.length, transposeB),
  ];
  let value = p.node('MatMul', factors);
  const perColumn = (x: RecordedTensor): string => {
    const shape = withoutFirstOnes(x.shape);
    return p.get(x, shape);
  };
  if (bias) value = p.node('Add', [value, perColumn(bias)]);
  p.set(output, activated(p, value, node, preluActivationWeights && perColumn(preluActivationWeights)), form);
};

const overLast =
  (operator: string): Operation =>
  (p, _, { inputs, outputs }) => {
    const { name, shape } = asRows(p, inputs['logits']!);
    p.set(outputs[0]!, p.node(operator, [name], { axis: shape.length - 1 }), shape);
  };

export const products: Operations = {
  BatchMatMul: product,
  _FusedMatMul: product,
  Softmax: overLast('Softmax'),
  LogSoftmax: overLast('LogSoftmax'),
  Einsum: (p, inputs, { attributes }) =>
    p.node(
      'Einsum',
      Object.keys(inputs)
        .sort()
        .map((key) => inputs[key]!),
      { equation: attributes['equation'] as string },
    ),
};
