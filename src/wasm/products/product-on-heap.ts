import * as tf from '@tensorflow/tfjs-core';
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { multiplyThin } from './multiply-thin.js';
import { negativeSlopeOf } from './negative-slope-of.js';
import { heapOf } from '../heap/heap.js';
import { factor, multiplyMatrices } from './multiply-matrices.js';

/** The fewest products per sum for which the module computes a plain product of two matrices with a large result. */
const FEWEST_PRODUCTS = 4;
const LARGE = 2 ** 13;

/**
 * A matrix product with batches, bias and activation, computed by the module. Null if the module cannot compute it: for other dtypes and
 * activations, empty matrices, and batches in which only some axes are broadcast.
 */
export function productOnHeap({
  inputs,
  attrs = {},
  backend,
}: Parameters<KernelConfig['kernelFunc']>[0]): TensorInfo | null {
  const { a, b, bias } = inputs as { a: TensorInfo; b: TensorInfo; bias?: TensorInfo };
  const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
  const [rankA, rankB] = [a.shape.length, b.shape.length];
  const [rowsA, columnsA] = [a.shape[rankA - 2]!, a.shape[rankA - 1]!];
  const [rowsB, columnsB] = [b.shape[rankB - 2]!, b.shape[rankB - 1]!];
  const [rows, inner] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const [innerB, columns] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
  const [sizeA, sizeB] = [tf.util.sizeFromShape(a.shape), tf.util.sizeFromShape(b.shape)];
  const [batchA, batchB] = [sizeA / (rowsA * columnsA), sizeB / (rowsB * columnsB)];
  // panels would be copied for only a few products; the module has another way, if it can take whole vectors
  const isThin =
    inner < FEWEST_PRODUCTS && rows * columns >= LARGE && batchA * batchB === 1 && !transposeA && !transposeB;
  if (isThin && columns % 4 !== 0) return null;
  const negativeSlope = negativeSlopeOf(attrs);
  if (negativeSlope === null || a.dtype !== 'float32' || b.dtype !== 'float32') return null;
  if (sizeA * sizeB === 0 || inner !== innerB) return null;
  if (bias !== undefined && (bias.dtype !== 'float32' || bias.shape.length !== 1 || bias.shape[0] !== columns))
    return null;

  const batchShape = outerShape(a.shape, b.shape);
  const batch = tf.util.sizeFromShape(batchShape);
  if ((batchA !== 1 && batchA !== batch) || (batchB !== 1 && batchB !== batch)) return null;

  const heap = heapOf(backend);
  if (isThin) return multiplyThin(heap, { a, b, bias, negativeSlope }, [...batchShape, rows, columns]);
  const c = heap.make([...batchShape, rows, columns]);
  // many matrices times one matrix are one tall matrix times that matrix
  const isTall = batchB === 1 && !transposeA;
  const product = {
    count: isTall ? 1 : batch,
    rows: isTall ? batchA * rows : rows,
    inner,
    columns,
    a: factor(a, transposeA, batchA === 1 ? 0 : rowsA * columnsA),
    b: factor(b, transposeB, batchB === 1 ? 0 : rowsB * columnsB),
    bias,
    negativeSlope,
  };
  multiplyMatrices(heap, product, c);
  return c;
}

/** The axes of a batch of matrices. */
function outerShape(a: number[], b: number[]): number[] {
  if (a.length === 3 && b.length === 3 && a[0] === b[0]) return [a[0]!];
  return tf.broadcast_util.assertAndGetBroadcastShape(a.slice(0, -2), b.slice(0, -2));
}
