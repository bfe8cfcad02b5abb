import * as tf from '@tensorflow/tfjs-core';
import type { Draw } from './draw.js';
import { as3D, as4D, as5D, type Drawn, type FuzzCase, type Input } from './fuzz-case.js';

type Padding = Parameters<typeof tf.conv2d>[3];
type Rounding = 'floor' | 'round' | 'ceil';
type Activation = 'linear' | 'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyrelu' | 'prelu';

const activations: Activation[] = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'];

interface Geometry {
  readonly kernel: [number, number];
  readonly strides: [number, number];
  readonly dilations: [number, number];
  readonly pad: Padding;
  readonly rounding: Rounding | undefined;
  readonly size: [number, number];
}

/** The geometry of a two-dimensional convolution, with every kind of padding, and strides above the kernel's size. */
function drawGeometry(draw: Draw, hasDilations: boolean): Geometry {
  const isDilated = hasDilations && draw.chance(0.3);
  const kernel = draw.shape(2, 1, 4) as [number, number];
  const strides = (isDilated ? [1, 1] : draw.shape(2, 1, 4)) as [number, number];
  const dilations = (isDilated ? draw.shape(2, 1, 3) : [1, 1]) as [number, number];
  // half of them square, as a number for padding wants them
  if (draw.chance(0.5)) [kernel[1], strides[1], dilations[1]] = [kernel[0], strides[0], dilations[0]];
  const sides = draw.shape(4, 0, 3) as [number, number, number, number];
  const pad = draw.pick<Padding>([
    'same',
    'valid',
    sides[0],
    [
      [0, 0],
      [sides[0], sides[1]],
      [sides[2], sides[3]],
      [0, 0],
    ],
  ]);
  const rounding =
    typeof pad === 'string' ? undefined : draw.pick<Rounding | undefined>([undefined, 'floor', 'ceil', 'round']);
  // one in twenty may be too small for the filter
  const least = draw.chance(0.05) ? -2 : 1;
  const size = kernel.map((taps, axis) => Math.max(1, (taps - 1) * dilations[axis]! + draw.integer(least, 7))) as [
    number,
    number,
  ];
  return { kernel, strides, dilations, pad, rounding, size };
}

/** The images with zeros, or less of them: of the size for which `valid` padding gives the same outputs. */
function framed(x: tf.Tensor, filter: tf.Tensor, { strides, dilations, pad, rounding }: Geometry): tf.Tensor4D {
  const shapes = [x.shape, filter.shape] as [number, number, number, number][];
  const info = tf.backend_util.computeConv2DInfo(shapes[0]!, shapes[1]!, strides, dilations, pad, rounding);
  const tall = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight;
  const wide = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth;
  const { top, left } = info.padInfo;
  const padded = tf.pad(x, [
    [0, 0],
    [top, Math.max(0, tall - top - info.inHeight)],
    [left, Math.max(0, wide - left - info.inWidth)],
    [0, 0],
  ]);
  return tf.slice(as4D(padded), [0, 0, 0, 0], [-1, tall, wide, -1]);
}

function conv2d(draw: Draw): FuzzCase {
  const geometry = drawGeometry(draw, true);
  const { kernel, strides, dilations, pad, rounding, size } = geometry;
  const [batch, inputs, units] = [draw.integer(1, 3), draw.integer(1, 6), draw.integer(1, 9)];
  const format = draw.chance(0.05) ? 'NCHW' : 'NHWC';
  const shape = format === 'NHWC' ? [batch, ...size, inputs] : [batch, inputs, ...size];
  return {
    options: { kernel, strides, dilations, pad, rounding, format },
    inputs: [{ shape }, { shape: [...kernel, inputs, units] }],
    run: (x, w) => tf.conv2d(as4D(x), as4D(w), strides, pad, format, dilations, rounding),
    // tfjs does not tell cpu's gradients how the outputs were rounded
    ...(format === 'NHWC'
      ? { reference: (x, w) => tf.conv2d(framed(x, w, geometry), as4D(w), strides, 'valid', format, dilations) }
      : {}),
  };
}

function conv1d(draw: Draw): FuzzCase {
  const [kernel, inputs, units] = draw.shape(3, 1, 5) as [number, number, number];
  const dilation = draw.chance(0.3) ? draw.integer(2, 3) : 1;
  const stride = dilation > 1 ? 1 : draw.integer(1, 5);
  const pad = draw.pick<'same' | 'valid' | number>(['same', 'valid', draw.integer(0, 3)]);
  const width = (kernel - 1) * dilation + draw.integer(1, 7);
  return {
    options: { kernel, stride, dilation, pad },
    inputs: [{ shape: [draw.integer(1, 3), width, inputs] }, { shape: [kernel, inputs, units] }],
    run: (x, w) => tf.conv1d(as3D(x), as3D(w), stride, pad, 'NWC', dilation),
  };
}

function conv2dTranspose(draw: Draw): FuzzCase {
  const { kernel, strides, pad, rounding, size } = drawGeometry(draw, false);
  const [batch, units, inputs] = [draw.integer(1, 3), draw.integer(1, 6), draw.integer(1, 6)];
  const outputShape = [batch, ...size, units] as [number, number, number, number];
  const filterShape = [...kernel, units, inputs] as [number, number, number, number];
  const { outHeight, outWidth } = tf.backend_util.computeConv2DInfo(
    outputShape,
    filterShape,
    strides,
    1,
    pad,
    rounding,
  );
  return {
    options: { outputShape, kernel, strides, pad, rounding },
    inputs: [{ shape: [batch, outHeight, outWidth, inputs] }, { shape: filterShape }],
    run: (x, w) => tf.conv2dTranspose(as4D(x), as4D(w), outputShape, strides, pad, rounding),
  };
}

function depthwiseConv2d(draw: Draw): FuzzCase {
  const { kernel, strides, dilations, pad, rounding, size } = drawGeometry(draw, true);
  const [inputs, multiplier] = [draw.integer(1, 9), draw.integer(1, 3)];
  return {
    options: { kernel, strides, dilations, pad, rounding, multiplier },
    inputs: [{ shape: [draw.integer(1, 3), ...size, inputs] }, { shape: [...kernel, inputs, multiplier] }],
    run: (x, w) => tf.depthwiseConv2d(as4D(x), as4D(w), strides, pad, 'NHWC', dilations, rounding),
  };
}

function separableConv2d(draw: Draw): FuzzCase {
  const { kernel, strides, dilations, pad, size } = drawGeometry(draw, true);
  const [inputs, multiplier, units] = draw.shape(3, 1, 4) as [number, number, number];
  const padding = pad as 'same' | 'valid';
  return {
    options: { kernel, strides, dilations, pad, multiplier },
    inputs: [
      { shape: [draw.integer(1, 3), ...size, inputs] },
      { shape: [...kernel, inputs, multiplier] },
      { shape: [1, 1, inputs * multiplier, units] },
    ],
    run: (x, depth, point) => tf.separableConv2d(as4D(x), as4D(depth), as4D(point), strides, padding, dilations),
  };
}

function drawGeometry3D(draw: Draw) {
  const isDilated = draw.chance(0.15);
  const kernel = draw.shape(3, 1, 3) as [number, number, number];
  const strides = (isDilated ? [1, 1, 1] : draw.shape(3, 1, 3)) as [number, number, number];
  const dilations = (isDilated ? draw.shape(3, 1, 2) : [1, 1, 1]) as [number, number, number];
  const pad = draw.pick<'same' | 'valid'>(['same', 'valid']);
  const size = kernel.map((taps, axis) => (taps - 1) * dilations[axis]! + draw.integer(1, 4));
  return { kernel, strides, dilations, pad, size };
}

function conv3d(draw: Draw): FuzzCase {
  const { kernel, strides, dilations, pad, size } = drawGeometry3D(draw);
  const [batch, inputs, units] = draw.shape(3, 1, 3) as [number, number, number];
  return {
    options: { kernel, strides, dilations, pad },
    inputs: [{ shape: [batch, ...size, inputs] }, { shape: [...kernel, inputs, units] }],
    run: (x, w) => tf.conv3d(as5D(x), as5D(w), strides, pad, 'NDHWC', dilations),
  };
}

/** Whether the gradient at NaN does not depend on the side of 0 on which cpu may have a number instead. */
const hasOneBranch = (activation: Activation): boolean => !['leakyrelu', 'prelu'].includes(activation);

/** The inputs after image and filter, and how to hand them to a fused operation. */
function drawActivation(draw: Draw, units: number) {
  const activation = draw.pick(activations);
  const hasBias = draw.chance(0.7);
  const more: Input[] = [
    ...(hasBias ? [{ shape: draw.chance(0.05) ? [] : [units] }] : []),
    ...(activation === 'prelu' ? [{ shape: draw.chance(0.1) ? [1] : [units] }] : []),
  ];
  const rest = (tensors: tf.Tensor[]) => ({
    activation,
    ...(hasBias ? { bias: tensors[0]! } : {}),
    ...(activation === 'prelu' ? { preluActivationWeights: tensors[hasBias ? 1 : 0]! } : {}),
    ...(activation === 'leakyrelu' ? { leakyreluAlpha: 0.3 } : {}),
  });
  return { activation, hasBias, more, rest };
}

function fusedConv2d(draw: Draw): FuzzCase {
  const geometry = drawGeometry(draw, true);
  const { kernel, strides, dilations, pad, rounding, size } = geometry;
  const [inputs, units] = [draw.integer(1, 6), draw.integer(1, 9)];
  const { activation, hasBias, more, rest } = drawActivation(draw, units);
  return {
    options: { activation, hasBias, kernel, strides, dilations, pad, rounding },
    hasSpecialGradients: hasOneBranch(activation),
    inputs: [{ shape: [draw.integer(1, 3), ...size, inputs] }, { shape: [...kernel, inputs, units] }, ...more],
    run: (x, filter, ...tensors) => {
      const rounded = rounding === undefined ? {} : { dimRoundingMode: rounding };
      return tf.fused.conv2d({
        x: as4D(x),
        filter: as4D(filter),
        strides,
        dilations,
        pad,
        ...rounded,
        ...rest(tensors),
      });
    },
    reference: (x, filter, ...tensors) => {
      const images = { x: framed(x, filter, geometry), filter: as4D(filter) };
      return tf.fused.conv2d({ ...images, strides, dilations, pad: 'valid', ...rest(tensors) });
    },
  };
}

function fusedDepthwiseConv2d(draw: Draw): FuzzCase {
  const { kernel, strides, dilations, pad, rounding, size } = drawGeometry(draw, true);
  const [inputs, multiplier] = [draw.integer(1, 9), draw.integer(1, 3)];
  const { activation, hasBias, more, rest } = drawActivation(draw, inputs * multiplier);
  return {
    options: { activation, hasBias, kernel, strides, dilations, pad, rounding, multiplier },
    hasSpecialGradients: hasOneBranch(activation),
    inputs: [{ shape: [draw.integer(1, 3), ...size, inputs] }, { shape: [...kernel, inputs, multiplier] }, ...more],
    run: (x, filter, ...tensors) => {
      // tfjs's type lacks explicit padding, which it takes
      const geometry = {
        strides,
        dilations,
        pad: pad as 'same',
        ...(rounding === undefined ? {} : { dimRoundingMode: rounding }),
      };
      return tf.fused.depthwiseConv2d({ x: as4D(x), filter: as4D(filter), ...geometry, ...rest(tensors) });
    },
  };
}

/** Shapes of two operands of a product, which may be batches, broadcast and transposed. */
function drawProduct(draw: Draw, mayBroadcast: boolean) {
  const [rows, inner, columns] = draw.shape(3, 1, 9) as [number, number, number];
  const [transposeA, transposeB] = [draw.chance(0.3), draw.chance(0.3)];
  const batch = draw.chance(0.5) ? [] : draw.shape(draw.integer(1, 2), 1, 3);
  const broadcast = batch.map((size) => (mayBroadcast && draw.chance(0.4) ? 1 : size));
  const a = [...batch, ...(transposeA ? [inner, rows] : [rows, inner])];
  const b = [...broadcast, ...(transposeB ? [columns, inner] : [inner, columns])];
  return { a, b, transposeA, transposeB, columns };
}

function matMul(draw: Draw): FuzzCase {
  const { a, b, transposeA, transposeB } = drawProduct(draw, true);
  const batch = a.slice(0, -2);
  const isBroadcast = batch.join() !== b.slice(0, -2).join();
  return {
    options: { a, b, transposeA, transposeB },
    inputs: [{ shape: a }, { shape: b }],
    // tfjs has no gradients of broadcast batches, and cpu pairs the wrong matrices
    isDifferentiable: !isBroadcast,
    reference: (x, y) => tf.matMul(x, tf.broadcastTo(y, [...batch, ...b.slice(-2)]), transposeA, transposeB),
    run: (x, y) => tf.matMul(x, y, transposeA, transposeB),
  };
}

function fusedMatMul(draw: Draw): FuzzCase {
  const { a, b, transposeA, transposeB, columns } = drawProduct(draw, false);
  const { activation, hasBias, more, rest } = drawActivation(draw, columns);
  return {
    options: { a, b, transposeA, transposeB, activation, hasBias },
    hasSpecialGradients: hasOneBranch(activation),
    inputs: [{ shape: a }, { shape: b }, ...more],
    run: (x, y, ...tensors) => tf.fused.matMul({ a: x, b: y, transposeA, transposeB, ...rest(tensors) }),
  };
}

/** A convolution, whose padding and tiles may spread what is no number. */
const spreading =
  (drawn: Drawn): Drawn =>
  (draw) => ({ ...drawn(draw), maySpread: true });

export const convolutions: Readonly<Record<string, Drawn>> = {
  conv1d: spreading(conv1d),
  conv2d: spreading(conv2d),
  conv2dTranspose: spreading(conv2dTranspose),
  conv3d: spreading(conv3d),
  depthwiseConv2d: spreading(depthwiseConv2d),
  separableConv2d: spreading(separableConv2d),
  'fused.conv2d': spreading(fusedConv2d),
  'fused.depthwiseConv2d': spreading(fusedDepthwiseConv2d),
  'fused.matMul': spreading(fusedMatMul),
  matMul,
};
