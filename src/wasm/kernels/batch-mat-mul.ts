import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { compose, type Composition } from '../composition/compose.js';
import { productOnHeap } from '../products/product-on-heap.js';
import { matrixOf } from '../composition/host-copies.js';
import type { ReplacedKernel } from './kernel.js';

/** From this many multiplications per matrix, one call per matrix is faster than tfjs's loop over the whole batch. */
const MULTIPLICATIONS_WORTH_A_CALL = 2 ** 14;

/**
 * Matrix products with transposed operands and with batches.
 *
 * tfjs's kernel is fast only for a plain product of two single matrices: everything else runs through a
 * naive loop. So operands are transposed beforehand, a batch times one matrix becomes one tall matrix, and a batch of
 * large matrices becomes one call for each.
 */
export const batchMatMul: ReplacedKernel = {
  kernelName: 'BatchMatMul',
  replace: (original) => (args) => {
    const own = productOnHeap(args);
    if (own !== null) return own;
    const { a, b } = args.inputs as { a: TensorInfo; b: TensorInfo };
    const { transposeA, transposeB } = args.attrs as { transposeA: boolean; transposeB: boolean };
    const [rowsA, columnsA] = a.shape.slice(-2) as [number, number];
    const [rowsB, columnsB] = b.shape.slice(-2) as [number, number];
    const [rows, inner] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
    const [innerB, columns] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
    const isEmpty = a.shape.includes(0) || b.shape.includes(0);
    // The original rejects wrong arguments with its own messages.
    if (isEmpty || a.dtype !== 'float32' || b.dtype !== 'float32' || inner !== innerB) return original(args);

    const batchShape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const batchA = tf.util.sizeFromShape(a.shape.slice(0, -2));
    const batchB = tf.util.sizeFromShape(b.shape.slice(0, -2));
    if (batchA === 1 && batchB === 1 && !transposeA && !transposeB) return original(args);

    return compose(args.backend, (composition) => {
      const { call, reshape } = composition;
      const product = (left: TensorInfo, right: TensorInfo): TensorInfo => call(original, { a: left, b: right }, PLAIN);
      const outShape = [...batchShape, rows, columns];

      if (batchB === 1 && (batchA === 1 || !transposeA)) {
        const left = plainMatrix(composition, reshape(a, [1, batchA * rowsA, columnsA]), transposeA);
        const right = plainMatrix(composition, reshape(b, [1, rowsB, columnsB]), transposeB);
        return reshape(product(left, right), outShape);
      }

      const left = plainMatrix(composition, spread(composition, a, batchShape), transposeA);
      const right = plainMatrix(composition, spread(composition, b, batchShape), transposeB);
      if (rows * inner * columns < MULTIPLICATIONS_WORTH_A_CALL) return reshape(product(left, right), outShape);
      return reshape(productOfEach(composition, product, left, right), outShape);
    });
  },
};

const PLAIN = { transposeA: false, transposeB: false };

/** Matrices with their last two axes in plain order. */
function plainMatrix({ transpose }: Composition, x: TensorInfo, transposed: boolean): TensorInfo {
  return transposed ? transpose(x, [0, 2, 1]) : x;
}

/** One matrix, or as many as the broadcast batch has: the original pairs batches by remainder, which is wrong in other cases. */
function spread({ reshape, run }: Composition, x: TensorInfo, batchShape: readonly number[]): TensorInfo {
  const matrix = x.shape.slice(-2);
  const batch = tf.util.sizeFromShape(x.shape.slice(0, -2));
  const outBatch = tf.util.sizeFromShape([...batchShape]);
  if (batch === 1 || batch === outBatch) return reshape(x, [batch, ...matrix]);
  const missing = batchShape.length - (x.shape.length - 2);
  const aligned = [...new Array<number>(missing).fill(1), ...x.shape];
  const reps = [...batchShape.map((size, axis) => size / aligned[axis]!), 1, 1];
  return reshape(run('Tile', { x: reshape(x, aligned) }, { reps }), [outBatch, ...matrix]);
}

function productOfEach(
  { call, concat, free }: Composition,
  product: (left: TensorInfo, right: TensorInfo) => TensorInfo,
  left: TensorInfo,
  right: TensorInfo,
): TensorInfo {
  const [batchLeft, batchRight] = [left.shape[0]!, right.shape[0]!];
  const products: TensorInfo[] = [];
  for (let index = 0; index < Math.max(batchLeft, batchRight); index++) {
    const one = call(matrixOf, { x: left }, { index: index % batchLeft });
    const other = call(matrixOf, { x: right }, { index: index % batchRight });
    products.push(product(one, other));
    free(one);
    free(other);
  }
  return concat(products, 0);
}
