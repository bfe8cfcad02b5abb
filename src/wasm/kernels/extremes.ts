import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose, type Composition } from '../composition/compose.js';
import { heapOf } from '../heap/heap.js';
import { broadcast, viewOf, type View } from './add-multiply.js';
import type { ReplacedKernel } from './kernel.js';

/** The larger or smaller of two numbers, and NaN if either is NaN: tfjs's kernels return the first number if the second is NaN. */
export const extremes: readonly ReplacedKernel[] = ['Maximum', 'Minimum'].map((kernelName, i) => ({
  kernelName,
  replace: (original) => (args) => {
    const { a, b } = args.inputs as { a: TensorInfo; b: TensorInfo };
    const heap = heapOf(args.backend);
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    if (a.dtype !== 'float32' || b.dtype !== 'float32' || shape.includes(0)) return original(args);
    const operation = 2 + i;
    const isLarger =
      a.shape.length > b.shape.length || tf.util.sizeFromShape(a.shape) >= tf.util.sizeFromShape(b.shape);
    const view = isLarger ? viewOf(a, b) : viewOf(b, a);
    if (view !== undefined) return broadcast(heap, operation, view);
    if (a.shape.join() === b.shape.join()) return broadcast(heap, operation, oneRow(a, b));
    return compose(args.backend, (composition) => {
      const [x, row] = [a, b].map((one) => tiled(composition, one, shape)) as [TensorInfo, TensorInfo];
      return composition.call(() => broadcast(heap, operation, oneRow(x, row)), {});
    });
  },
}));

function oneRow(x: TensorInfo, row: TensorInfo): View {
  return { x, row, matrices: 1, rows: 1, n: tf.util.sizeFromShape(x.shape), isOneForAll: true };
}

function tiled({ run, reshape }: Composition, x: TensorInfo, shape: readonly number[]): TensorInfo {
  const sizes = [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
  const reps = shape.map((size, axis) => size / sizes[axis]!);
  const full = reshape(x, sizes);
  return reps.every((count) => count === 1) ? full : run('Tile', { x: full }, { reps });
}
