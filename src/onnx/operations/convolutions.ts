import type { RecordedAttribute, RecordedNode, RecordedTensor, Size } from '../../record/recording.js';
import { listOf, numberOf } from '../attributes.js';
import type { Operation, Operations } from '../operation.js';
import { toFirst, type Printer } from '../printer.js';
import { plus, type Shape } from '../sizes.js';
import type { Attributes } from '../write-model.js';
import { activated } from './products.js';

/** How a window moves over images. */
interface Window {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** The rows of zeros above and on the left, below and on the right. */
  readonly pads: readonly number[];
  /** The rows and columns of the images and the zeros around them that no window reaches. */
  readonly left: readonly number[];
  /** Attributes of ONNX's operators. */
  readonly attributes: Attributes;
}

const pair = (value: RecordedAttribute | undefined): number[] => {
  const list = listOf(value ?? 1) as number[];
  return list.length === 1 ? [list[0]!, list[0]!] : list.slice(-2);
};

/** The window of a convolution from images of a height and width to others. */
function windowOf(p: Printer, node: RecordedNode, from: Shape, kernel: Shape, to: Shape): Window {
  const { pad, dataFormat } = node.attributes;
  if (dataFormat === 'NCHW') p.refuse('images with channels first');
  const strides = pair(node.attributes['strides']);
  const dilations = pair(node.attributes['dilations']);
  const reach = kernel.map((size, i) => ((size as number) - 1) * dilations[i]! + 1);
  // how far the windows reach beyond the images
  const over = [0, 1].map((i) => plus(plus(reach[i]! - strides[i]!, to[i + 1]!, strides[i]), from[i + 1]!, -1));
  const begin = over.map((size, i) => {
    if (pad === 'same') return typeof size === 'number' ? Math.max(0, size) >> 1 : 0;
    return Array.isArray(pad) ? (pad as number[][])[i + 1]![0]! : typeof pad === 'number' ? pad : 0;
  });
  // as far as the windows reach: tfjs takes one size of a window for both axes where it computes the output
  const pads = [
    ...begin,
    ...over.map((size, i) => (typeof size === 'number' ? Math.max(0, size - begin[i]!) : begin[i]!)),
  ];
  return {
    strides,
    dilations,
    pads,
    get left() {
      return over.map((size, i) => pads[i]! + pads[i + 2]! - numberOf(p, size));
    },
    attributes: {
      strides,
      ...(pad === 'same' && !from.slice(1, 3).every((size) => typeof size === 'number')
        ? { auto_pad: 'SAME_UPPER' }
        : { pads }),
    },
  };
}

const kernelOf = (p: Printer, filter: string): string => p.transpose(filter, [3, 2, 0, 1]);

/** Adds an image with channels second as an output. */
const setFirst = (p: Printer, { outputs: [output] }: RecordedNode, name: string): void =>
  p.set(output!, name, toFirst(output!.shape), true);

const convolution: Operation = (p, { filter }, node) => {
  const { x, bias, preluActivationWeights, filter: kernel } = node.inputs as Record<string, RecordedTensor>;
  const { dilations, attributes } = windowOf(p, node, x!.shape, kernel!.shape.slice(0, 2), node.outputs[0]!.shape);
  const channels = node.outputs[0]!.shape[3]!;
  const isVector = bias && bias.shape.at(-1) === channels;
  const value = p.node('Conv', [p.first(x!), kernelOf(p, filter!), ...(isVector ? [p.get(bias, [channels])] : [])], {
    ...attributes,
    dilations,
  });
  const sum = bias && !isVector ? p.node('Add', [value, p.get(bias, [])]) : value;
  const slopes = preluActivationWeights && p.get(preluActivationWeights, [channels, 1, 1]);
  setFirst(p, node, activated(p, sum, node, slopes));
};

const inputGradient: Operation = (p, { filter }, node) => {
  const { dy, filter: kernel } = node.inputs as Record<string, RecordedTensor>;
  const { strides, dilations, pads, left } = windowOf(
    p,
    node,
    node.outputs[0]!.shape,
    kernel!.shape.slice(0, 2),
    dy!.shape,
  );
  const attributes = { strides, dilations, pads, output_padding: left };
  setFirst(p, node, p.node('ConvTranspose', [p.first(dy!), kernelOf(p, filter!)], attributes));
};

/** The images in each place of the window side by side, times the gradient: faster than a convolution with images as its kernel. */
const filterGradient: Operation = (p, names, node) => {
  const { x, dy } = node.inputs as { x: RecordedTensor; dy: RecordedTensor };
  const [output] = node.outputs as [RecordedTensor];
  const [height, width, channels, filters] = output.shape as [number, number, number, number];
  const { strides, pads, left } = windowOf(p, node, x.shape, [height, width], dy.shape);
  const [top, across, bottom, end] = pads.map((rows, i) => (i < 2 ? rows : Math.max(0, rows - left[i - 2]!)));
  const padded =
    Math.max(top!, across!, bottom!, end!) > 0
      ? p.node('Pad', [names['x'], [0, top!, across!, 0, 0, bottom!, end!, 0]])
      : names['x'];
  const until = (axis: number, from: number): Size =>
    plus(from + 1 - strides[axis]!, dy.shape[axis + 1]!, strides[axis]);
  const parts = Array.from({ length: height * width }, (_, k) => {
    const [i, j] = [Math.floor(k / width), k % width];
    return p.node('Slice', [padded, [i, j], [until(0, i), until(1, j)], [1, 2], strides]);
  });
  const columns = parts.length === 1 ? parts[0]! : p.node('Concat', parts, { axis: 3 });
  const rows = p.node('Reshape', [columns, [-1, parts.length * channels]]);
  return p.reshape(p.node('Gemm', [rows, p.get(dy, [-1, filters])], { transA: 1 }), output.shape);
};

/** The window of a pool. */
const poolOf = (node: RecordedNode): number[] => pair(node.attributes['filterSize']);
const pool: Operation = (p, _, node) => {
  const { x } = node.inputs as { x: RecordedTensor };
  const { attributes } = windowOf(p, node, x.shape, poolOf(node), node.outputs[0]!.shape);
  setFirst(
    p,
    node,
    p.node(node.operation === 'MaxPool' ? 'MaxPool' : 'AveragePool', [p.first(x)], {
      ...attributes,
      kernel_shape: poolOf(node),
    }),
  );
};

/** Each number spread over its window: a transposed convolution of each channel with the same number in each place. */
const poolGradient: Operation = (p, _, node) => {
  const { dy } = node.inputs as { dy: RecordedTensor };
  const channels = numberOf(p, dy.shape[3]);
  const size = poolOf(node);
  const { strides, pads, left } = windowOf(p, node, node.outputs[0]!.shape, size, dy.shape);
  const share = 1 / (size[0]! * size[1]!);
  const filter = p.constant(new Float32Array(channels / share).fill(share), [channels, 1, ...size]);
  const attributes = { strides, pads, output_padding: left, group: channels };
  setFirst(p, node, p.node('ConvTranspose', [p.first(dy), filter], attributes));
};

export const convolutions: Operations = {
  Conv2D: convolution,
  FusedConv2D: convolution,
  Conv2DBackpropInput: inputGradient,
  Conv2DBackpropFilter: filterGradient,
  AvgPool: pool,
  MaxPool: pool,
  AvgPoolGrad: poolGradient,
};
