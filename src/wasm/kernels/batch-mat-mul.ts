import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose, filled, type Composition } from '../composition/compose.js';
import { productOnHeap } from '../products/product-on-heap.js';
import type { ReplacedKernel } from './kernel.js';

/**
 * Matrix products. tfjs's kernel is fast only for a plain product of two single matrices. It pairs batches by remainder, which is wrong
 * if they are broadcast along only some axes; in that case both are expanded first.
 */
export const batchMatMul: ReplacedKernel = {
  kernelName: 'BatchMatMul',
  replace: (original) => (args) => {
    const own = productOnHeap(args);
    if (own !== null) return own;
    const { a, b } = args.inputs as { a: TensorInfo; b: TensorInfo };
    const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
    const isEmpty = a.shape.includes(0) || b.shape.includes(0);
    // tfjs's kernel rejects wrong arguments with its own messages
    const isFloat = a.dtype === 'float32' && b.dtype === 'float32';
    const { transposeA, transposeB } = args.attrs as { transposeA: boolean; transposeB: boolean };
    const fits = a.shape.at(transposeA ? -2 : -1) === b.shape.at(transposeB ? -1 : -2);
    const isPlain = !isFloat || !fits || (!isEmpty && outerA.join() === outerB.join());
    if (isPlain) return original(args);
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(outerA, outerB);
    // For sums of no products, tfjs's kernel returns what was on the heap; an empty batch times one matrix crashes it.
    if (isEmpty)
      return filled(args.backend, [...outer, a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!]);
    return compose(args.backend, (composition) => {
      const spreadArgs = { a: spread(composition, a, outer), b: spread(composition, b, outer) };
      return composition.run('BatchMatMul', spreadArgs, args.attrs);
    });
  },
};

/** Expands `x` to as many matrices as the broadcast batch has. */
function spread({ reshape, run }: Composition, x: TensorInfo, outer: readonly number[]): TensorInfo {
  const aligned = [...new Array<number>(outer.length + 2 - x.shape.length).fill(1), ...x.shape];
  const reps = [...outer.map((size, axis) => size / aligned[axis]!), 1, 1];
  return run('Tile', { x: reshape(x, aligned) }, { reps });
}
