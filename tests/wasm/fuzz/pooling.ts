import * as tf from '@tensorflow/tfjs-core';
import type { Draw } from './draw.js';
import { as4D, as5D, type Drawn, type FuzzCase } from './fuzz-case.js';

type Pool2D = typeof tf.maxPool;
type Rounding = 'floor' | 'ceil' | 'round';
type Padding = Parameters<Pool2D>[3];

function drawWindow(draw: Draw) {
  const filter = draw.shape(2, 1, 4) as [number, number];
  const strides = draw.shape(2, 1, 4) as [number, number];
  if (draw.chance(0.5)) [filter[1], strides[1]] = [filter[0], strides[0]];
  // padding as wide as the window would leave windows without a pixel
  const sides = [0, 0, 1, 1].map((axis) => draw.integer(0, Math.min(3, filter[axis]! - 1)));
  const pad = draw.pick<Padding>([
    'same',
    'valid',
    Math.min(sides[0]!, sides[2]!),
    [
      [0, 0],
      [sides[0]!, sides[1]!],
      [sides[2]!, sides[3]!],
      [0, 0],
    ],
  ]);
  const rounding =
    typeof pad === 'string' ? undefined : draw.pick<Rounding | undefined>([undefined, 'floor', 'ceil', 'round']);
  const least = draw.chance(0.05) ? -2 : 0;
  const size = filter.map((length) => Math.max(1, length + draw.integer(least, 6)));
  return { filter, strides, pad, rounding, size };
}

/** NaN and the infinities as numbers beyond all others, NaN beyond both, and back again; a gradient passes unchanged. */
const ordered = keepingGradient((x) => {
  const finite = tf.clipByValue(x, -2e38, 2e38);
  return tf.where(tf.isNaN(x), tf.fill(x.shape, 3e38), finite);
});
const restored = keepingGradient((y) => {
  const infinite = tf.where(tf.greater(tf.abs(y), 1.5e38), tf.mul(tf.sign(y), Infinity), y);
  return tf.where(tf.greater(y, 2.5e38), tf.fill(y.shape, NaN), infinite);
});

function keepingGradient(of: (x: tf.Tensor) => tf.Tensor): (x: tf.Tensor) => tf.Tensor {
  return tf.customGrad((x: unknown) => ({ value: of(x as tf.Tensor), gradFunc: (dy: tf.Tensor) => dy }));
}

/** Largest numbers that are NaN where a window has one, as in PyTorch: cpu leaves NaN out of a window. */
const withNaN =
  (pool: (x: tf.Tensor) => tf.Tensor) =>
  (x: tf.Tensor): tf.Tensor =>
    restored(pool(ordered(x)));

const pool =
  (operation: Pool2D): Drawn =>
  (draw) => {
    const { filter, strides, pad, rounding, size } = drawWindow(draw);
    return {
      options: { filter, strides, pad, rounding },
      inputs: [{ shape: [draw.integer(1, 3), ...size, draw.integer(1, 6)] }],
      run: (x) => operation(as4D(x), filter, strides, pad, rounding),
      ...(operation === tf.maxPool
        ? { reference: withNaN((x) => tf.maxPool(as4D(x), filter, strides, pad, rounding)) }
        : {}),
    };
  };

function avgPool3d(draw: Draw): FuzzCase {
  const filter = draw.shape(3, 1, 3) as [number, number, number];
  const strides = draw.shape(3, 1, 3) as [number, number, number];
  const pad = draw.pick<'same' | 'valid'>(['same', 'valid']);
  const size = filter.map((length) => length + draw.integer(0, 3));
  return {
    options: { filter, strides, pad },
    inputs: [{ shape: [draw.integer(1, 2), ...size, draw.integer(1, 4)] }],
    run: (x) => tf.avgPool3d(as5D(x), filter, strides, pad),
  };
}

/** `tf.pool`, which has dilations. */
function dilatedPool(draw: Draw): FuzzCase {
  const { filter, pad, size } = drawWindow(draw);
  const dilations = draw.shape(2, 1, 2) as [number, number];
  const type = draw.pick<'avg' | 'max'>(['avg', 'max']);
  const padding = typeof pad === 'object' ? 'valid' : pad;
  const whole = size.map((length, axis) => length + (filter[axis]! - 1) * (dilations[axis]! - 1));
  return {
    options: { type, filter, pad: padding, dilations },
    inputs: [{ shape: [draw.integer(1, 2), ...whole, draw.integer(1, 4)] }],
    run: (x) => tf.pool(as4D(x), filter, type, padding, dilations, 1),
    ...(type === 'max' ? { reference: withNaN((x) => tf.pool(as4D(x), filter, type, padding, dilations, 1)) } : {}),
  };
}

function dilation2d(draw: Draw): FuzzCase {
  const [filter, strides, dilations] = [draw.shape(2, 1, 3), draw.shape(2, 1, 3), draw.shape(2, 1, 2)] as [
    number,
    number,
  ][];
  const pad = draw.pick<'same' | 'valid'>(['same', 'valid']);
  const size = filter!.map((taps, axis) => (taps - 1) * dilations![axis]! + draw.integer(1, 5));
  const depth = draw.integer(1, 3);
  return {
    options: { filter, strides, dilations, pad },
    inputs: [{ shape: [draw.integer(1, 2), ...size, depth] }, { shape: [...filter!, depth] }],
    run: (x, w) => tf.dilation2d(as4D(x), w as tf.Tensor3D, strides!, pad, dilations),
  };
}

const resize =
  (operation: typeof tf.image.resizeBilinear): Drawn =>
  (draw) => {
    const size = draw.shape(2, 1, 9) as [number, number];
    const alignCorners = draw.chance(0.3);
    const halfPixel = !alignCorners && draw.chance(0.4);
    return {
      options: { size, alignCorners, halfPixel },
      inputs: [{ shape: [draw.integer(1, 2), ...draw.shape(2, 1, 7), draw.integer(1, 3)] }],
      run: (x) => operation(as4D(x), size, alignCorners, halfPixel),
      // a neighbour that counts nothing is multiplied by 0
      maySpread: true,
    };
  };

function cropAndResize(draw: Draw): FuzzCase {
  const [batch, boxes] = draw.shape(2, 1, 3) as [number, number];
  const size = draw.shape(2, 2, 5) as [number, number];
  const method = draw.pick<'bilinear' | 'nearest'>(['bilinear', 'nearest']);
  const corners = Array.from({ length: boxes }, () => {
    // halves would be rounded by the last bits
    const [top, left, height, width] = draw.shape(4, 100, 400).map((part) => part / 1009) as [
      number,
      number,
      number,
      number,
    ];
    return [top, left, top + height, left + width];
  });
  return {
    options: { size, method },
    inputs: [
      { shape: [batch, ...draw.shape(2, 3, 7), draw.integer(1, 3)] },
      { shape: [boxes], dtype: 'int32', below: batch },
    ],
    isDifferentiable: false,
    run: (x, indices) => tf.image.cropAndResize(as4D(x), tf.tensor2d(corners), indices as tf.Tensor1D, size, method),
  };
}

export const pooling: Readonly<Record<string, Drawn>> = {
  avgPool: pool(tf.avgPool),
  avgPool3d,
  maxPool: pool(tf.maxPool),
  pool: dilatedPool,
  dilation2d,
  'image.cropAndResize': cropAndResize,
  'image.resizeBilinear': resize(tf.image.resizeBilinear),
  'image.resizeNearestNeighbor': resize(tf.image.resizeNearestNeighbor),
};
