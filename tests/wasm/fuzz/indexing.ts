import * as tf from '@tensorflow/tfjs-core';
import type { Draw } from './draw.js';
import { as1D, as4D, type Drawn, type FuzzCase } from './fuzz-case.js';

const numbers = ['float32', 'int32'] as const;

function gather(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 4), 1, 5);
  const batchDims = draw.integer(0, Math.min(2, shape.length - 1));
  const axis = draw.integer(batchDims, shape.length - 1);
  const indices = [...shape.slice(0, batchDims), ...draw.shape(draw.integer(batchDims > 0 ? 0 : 1, 2), 1, 4)];
  // one in ten reaches out of range, which both backends must refuse
  const below = shape[axis]! + (draw.chance(0.1) ? 3 : 0);
  const dtype = draw.pick([...numbers, 'bool'] as const);
  return {
    options: { axis, batchDims, below },
    inputs: [
      { shape, dtype },
      { shape: indices, dtype: 'int32', below },
    ],
    isDifferentiable: dtype === 'float32',
    run: (x, at) => tf.gather(x, at, axis, batchDims),
  };
}

function gatherND(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 4), 1, 4);
  const depth = draw.integer(1, shape.length);
  return {
    options: { depth },
    inputs: [
      { shape, dtype: draw.pick(numbers) },
      { shape: [draw.integer(1, 4), depth], dtype: 'int32', below: Math.min(...shape.slice(0, depth)) },
    ],
    isDifferentiable: false,
    run: (x, at) => tf.gatherND(x, at),
  };
}

function scatterND(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 3), 1, 5);
  const rows = draw.integer(1, 4);
  return {
    options: { shape },
    inputs: [
      { shape: [rows, 1], dtype: 'int32', below: shape[0]! },
      { shape: [rows, ...shape.slice(1)], dtype: draw.pick(numbers) },
    ],
    isDifferentiable: false,
    run: (at, updates) => tf.scatterND(at, updates, shape),
  };
}

function tensorScatterUpdate(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 3), 1, 5);
  const dtype = draw.pick(numbers);
  return {
    options: { shape },
    inputs: [
      { shape, dtype },
      { shape: [1, 1], dtype: 'int32', below: shape[0]! },
      { shape: [1, ...shape.slice(1)], dtype },
    ],
    isDifferentiable: false,
    run: (x, at, updates) => tf.tensorScatterUpdate(x, at, updates),
  };
}

function unsortedSegmentSum(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 3), 1, 6);
  const segments = draw.integer(1, 5);
  return {
    options: { segments },
    inputs: [
      { shape, dtype: draw.pick(numbers) },
      { shape: [shape[0]!], dtype: 'int32', below: segments },
    ],
    isDifferentiable: false,
    // of int32 it is int32 on wasm, and float32 on cpu
    run: (x, at) => tf.cast(tf.unsortedSegmentSum(x, as1D(at), segments), 'float32'),
    // cpu multiplies the rows of other segments by 0, which gives NaN for some
    reference: (x, at) => {
      const sums = tf.scatterND(tf.expandDims(at, 1), x, [segments, ...x.shape.slice(1)]);
      return tf.cast(sums, 'float32');
    },
  };
}

function oneHot(draw: Draw): FuzzCase {
  const depth = draw.integer(1, 6);
  const dtype = draw.pick([undefined, 'int32', 'float32', 'bool'] as const);
  const [onValue, offValue] =
    dtype === 'bool' || draw.chance(0.5) ? [1, 0] : [draw.integer(-3, 5), draw.integer(-3, 5)];
  return {
    options: { depth, onValue, offValue, dtype },
    inputs: [
      {
        shape: draw.shape(draw.integer(1, 3), 1, 4),
        dtype: 'int32',
        least: draw.pick([0, -1]),
        below: depth + draw.pick([0, 2]),
      },
    ],
    isDifferentiable: false,
    run: (at) => tf.oneHot(at, depth, onValue, offValue, dtype),
  };
}

function transpose(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 6), 1, 4);
  const left = shape.map((_, axis) => axis);
  const permutation = shape.map(() => left.splice(draw.integer(0, left.length - 1), 1)[0]!);
  const dtype = draw.pick([...numbers, 'bool'] as const);
  return {
    options: { permutation },
    inputs: [{ shape, dtype, below: 2 }],
    isDifferentiable: dtype === 'float32',
    run: (x) => tf.transpose(x, permutation),
  };
}

function pad(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 5), 1, 4);
  const paddings = shape.map(() => draw.shape(2, 0, 3) as [number, number]);
  const value = draw.integer(-2, 2);
  return { options: { paddings, value }, inputs: [{ shape }], run: (x) => tf.pad(x, paddings, value) };
}

function mirrorPad(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 4), 2, 5);
  const mode = draw.pick(['reflect', 'symmetric'] as const);
  const paddings = shape.map((size) => draw.shape(2, 0, size - 1) as [number, number]);
  return { options: { paddings, mode }, inputs: [{ shape }], run: (x) => tf.mirrorPad(x, paddings, mode) };
}

function slice(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 6), 1, 5);
  const begin = shape.map((size) => draw.integer(0, size - 1));
  const size = shape.map((all, axis) => draw.integer(1, all - begin[axis]!));
  return { options: { begin, size }, inputs: [{ shape }], run: (x) => tf.slice(x, begin, size) };
}

function stridedSlice(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 4), 2, 7);
  const begin = shape.map((size) => draw.integer(0, size - 1));
  const end = shape.map((size, axis) => draw.integer(begin[axis]! + 1, size));
  const strides = shape.map(() => draw.integer(1, 3));
  return {
    options: { begin, end, strides },
    inputs: [{ shape }],
    isDifferentiable: false,
    run: (x) => tf.stridedSlice(x, begin, end, strides),
  };
}

function concat(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 4), 1, 4);
  const axis = draw.integer(0, shape.length - 1);
  const part = () => ({ shape: shape.map((size, i) => (i === axis ? draw.integer(1, 4) : size)) });
  return {
    options: { axis },
    inputs: Array.from({ length: draw.integer(1, 4) }, part),
    run: (...parts) => tf.concat(parts, axis),
  };
}

function split(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 4), 1, 4);
  const axis = draw.integer(0, shape.length - 1);
  const sizes = draw.shape(draw.integer(1, 3), 1, 3);
  shape[axis] = sizes.reduce((sum, size) => sum + size, 0);
  return { options: { axis, sizes }, inputs: [{ shape }], run: (x) => tf.split(x, sizes, axis) };
}

function tile(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 4), 1, 4);
  const reps = shape.map(() => draw.integer(1, 3));
  return { options: { reps }, inputs: [{ shape }], run: (x) => tf.tile(x, reps) };
}

function reverse(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 4), 1, 4);
  const axes = shape.map((_, axis) => axis).filter(() => draw.chance(0.5));
  return { options: { axes }, inputs: [{ shape }], run: (x) => tf.reverse(x, axes) };
}

function depthToSpace(draw: Draw): FuzzCase {
  const block = draw.integer(2, 3);
  return {
    options: { block },
    inputs: [{ shape: [draw.integer(1, 2), ...draw.shape(2, 1, 4), block ** 2 * draw.integer(1, 3)] }],
    isDifferentiable: false,
    run: (x) => tf.depthToSpace(as4D(x), block),
  };
}

function spaceToBatchND(draw: Draw): FuzzCase {
  const block = draw.shape(2, 1, 3);
  const crops = [draw.shape(2, 0, 2), draw.shape(2, 0, 2)];
  const size = block.map((length, i) => length * draw.integer(3, 4) - crops[i]![0]! - crops[i]![1]!);
  return {
    options: { block, crops },
    inputs: [{ shape: [draw.integer(1, 2), ...size.map((length) => Math.max(1, length)), draw.integer(1, 3)] }],
    run: (x) => tf.spaceToBatchND(x, block, crops),
  };
}

function where(draw: Draw): FuzzCase {
  const shape = draw.shape(draw.integer(1, 4), 1, 4);
  const condition = draw.chance(0.3) ? shape.slice(0, 1) : shape;
  return {
    options: { condition },
    inputs: [{ shape: condition.length === shape.length ? condition : shape, dtype: 'bool' }, { shape }, { shape }],
    run: (is, a, b) => tf.where(is, a, b),
  };
}

export const indexing: Readonly<Record<string, Drawn>> = {
  concat,
  depthToSpace,
  gather,
  gatherND,
  mirrorPad,
  oneHot,
  pad,
  reverse,
  scatterND,
  slice,
  spaceToBatchND,
  split,
  stridedSlice,
  tensorScatterUpdate,
  tile,
  transpose,
  unsortedSegmentSum,
  where,
};
