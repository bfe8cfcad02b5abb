import type { RecordedAttribute, RecordedNode, RecordedTensor, Size } from '../../record/recording.js';
import { activationText } from './activation-text.js';
import {
  listOf,
  numberOf,
  tupleOf,
  type PythonOperation,
  type PythonOperations,
  type PythonPrinter,
} from './python-printer.js';

const pair = (value: RecordedAttribute | undefined): number[] => {
  const list = listOf(value ?? 1) as number[];
  return list.length === 1 ? [list[0]!, list[0]!] : list.slice(-2);
};

/** How a window moves over images: strides, dilations, and the rows of zeros around them. */
function windowOf(
  p: PythonPrinter,
  { attributes }: RecordedNode,
  from: readonly Size[],
  kernel: readonly Size[],
  to: readonly Size[],
) {
  const { pad, dataFormat } = attributes;
  if (dataFormat === 'NCHW') p.refuse('images with channels first');
  const [strides, dilations] = [pair(attributes['strides']), pair(attributes['dilations'])];
  const pads = [0, 1].map((i) => {
    const [size, out] = [numberOf(p, from[i + 1]), numberOf(p, to[i + 1])];
    const over = (out - 1) * strides[i]! + (numberOf(p, kernel[i]) - 1) * dilations[i]! + 1 - size;
    const begin =
      pad === 'same'
        ? Math.max(0, over) >> 1
        : Array.isArray(pad)
          ? (pad as number[][])[i + 1]![0]!
          : typeof pad === 'number'
            ? pad
            : 0;
    // as far as the windows reach
    return `(${begin}, ${Math.max(0, over - begin)})`;
  });
  const tuple = (list: readonly unknown[]): string => `(${list.join(', ')})`;
  return { stride: tuple(strides), dilation: tuple(dilations), pad: tuple(pads) };
}

const sizesOf = (p: PythonPrinter, { shape }: RecordedTensor): string => tupleOf(p, shape.slice(1, 3));

const convolution: PythonOperation = (p, node) => {
  const { x, filter, bias, preluActivationWeights } = node.inputs as Record<string, RecordedTensor>;
  const { stride, dilation, pad } = windowOf(p, node, x!.shape, filter!.shape, node.outputs[0]!.shape);
  const y = `${p.help('conv2d')}(${p.tensor(x!)}, ${p.tensor(filter!)}, ${stride}, ${dilation}, ${pad})`;
  const { activation, leakyreluAlpha } = node.attributes;
  const sum = bias ? `${y} + ${p.tensor(bias)}` : y;
  return activationText(p, sum, activation, leakyreluAlpha, preluActivationWeights && p.value(preluActivationWeights));
};

const poolOf = (node: RecordedNode): number[] => pair(node.attributes['filterSize']);

const pool: PythonOperation = (p, node) => {
  const { x } = node.inputs as { x: RecordedTensor };
  const { stride, pad } = windowOf(p, node, x.shape, poolOf(node), node.outputs[0]!.shape);
  const kind = node.operation === 'MaxPool' ? 'True' : 'False';
  return `${p.help('pool')}(${p.tensor(x)}, (${poolOf(node).join(', ')}), ${stride}, ${pad}, ${kind})`;
};

export const convolutions: PythonOperations = {
  Conv2D: convolution,
  FusedConv2D: convolution,
  Conv2DBackpropInput: (p, node) => {
    const { dy, filter } = node.inputs as Record<string, RecordedTensor>;
    const [output] = node.outputs as [RecordedTensor];
    const { stride, dilation, pad } = windowOf(p, node, output.shape, filter!.shape, dy!.shape);
    const size = sizesOf(p, output);
    return `${p.help('conv2d_dx')}(${p.tensor(dy!)}, ${p.tensor(filter!)}, ${size}, ${stride}, ${dilation}, ${pad})`;
  },
  Conv2DBackpropFilter: (p, node) => {
    const { x, dy } = node.inputs as Record<string, RecordedTensor>;
    const kernel = node.outputs[0]!.shape;
    const { stride, dilation, pad } = windowOf(p, node, x!.shape, kernel, dy!.shape);
    const size = tupleOf(p, kernel.slice(0, 2));
    return `${p.help('conv2d_dw')}(${p.tensor(x!)}, ${p.tensor(dy!)}, ${size}, ${stride}, ${dilation}, ${pad})`;
  },
  AvgPool: pool,
  MaxPool: pool,
  AvgPoolGrad: (p, node) => {
    const { dy } = node.inputs as { dy: RecordedTensor };
    const [output] = node.outputs as [RecordedTensor];
    const { stride, pad } = windowOf(p, node, output.shape, poolOf(node), dy.shape);
    const size = sizesOf(p, output);
    return `${p.help('pool_dx')}(${p.tensor(dy)}, ${size}, (${poolOf(node).join(', ')}), ${stride}, ${pad})`;
  },
};
