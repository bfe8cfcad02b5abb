import * as tf from '@tensorflow/tfjs-core';
import { readTensor } from '../tensor/lost-backend.js';
import type { Features } from './read-features.js';

/** Numbers in one block of products: 16 MB. */
const pairsAtOnce = 2 ** 22;

/**
 * Visits each row of `a` in order, with estimates of its squared distances from all rows of `b` and a slack: each estimate
 * is within the slack of {@link squaredDistance}. The device computes the products in blocks, so memory is bounded. The
 * array of estimates is reused in each call.
 */
export async function visitDistances(
  a: Features,
  b: Features,
  visit: (row: number, estimates: Float64Array, slack: number) => void,
  atOnce = pairsAtOnce,
): Promise<void> {
  // |x - y|^2 = |x|^2 + |y|^2 - 2 x.y cancels unless the features are centred at 0, so they are moved there.
  const center = meanOf(b);
  const left = moved(a, center, unitsOf(a, center));
  const units = unitsOf(b, center);
  const unit = units.reduce((most, value) => Math.max(most, value));
  const right = moved(b, center, units.fill(unit));
  const greatest = right.squares.reduce((most, value) => Math.max(most, value), 0);
  // The rounding of one product of d terms, at most d 2^-24 |x||y|, and of the shift; doubled for devices that round less exactly.
  const relative = 2 * (b.size + 8) * 2 ** -24;
  const estimates = new Float64Array(b.count);
  const rows = Math.max(1, Math.floor(atOnce / b.count));
  // Transposed here, because wasm's product with a transposed matrix is slow.
  const columns = tf.tensor2d(transposed(right.values, b.count, b.size), [b.size, b.count]);
  try {
    for (let start = 0; start < a.count; start += rows) {
      const count = Math.min(rows, a.count - start);
      const products = tf.tidy(() => {
        const block = left.values.subarray(start * a.size, (start + count) * a.size);
        return tf.matMul(tf.tensor2d(block, [count, a.size]), columns);
      });
      try {
        const numbers = await readTensor('metrics', products);
        for (let i = 0; i < count; i++) {
          const square = left.squares[start + i]!;
          const twice = 2 * unit * left.units[start + i]!;
          const line = i * b.count;
          for (let j = 0; j < b.count; j++) estimates[j] = square + right.squares[j]! - twice * numbers[line + j]!;
          visit(start + i, estimates, relative * (square + greatest));
        }
      } finally {
        products.dispose();
      }
    }
  } finally {
    columns.dispose();
  }
}

/** The squared distance of row `i` of `a` from row `j` of `b`, in float64: the same on every backend, and in both directions. */
export function squaredDistance(a: Features, i: number, b: Features, j: number): number {
  const { size } = a;
  let sum = 0;
  for (let k = 0; k < size; k++) {
    const difference = a.values[i * size + k]! - b.values[j * size + k]!;
    sum += difference * difference;
  }
  return sum;
}

function meanOf({ values, count, size }: Features): Float64Array {
  const mean = new Float64Array(size);
  for (let i = 0; i < values.length; i++) mean[i % size]! += values[i]! / count;
  return mean;
}

/**
 * The unit of each row: a power of two no smaller than the row's largest magnitude. In these units, products in float32
 * neither overflow (as they would for features beyond 1e19) nor underflow, and a power of two changes no digit.
 */
function unitsOf({ values, count, size }: Features, center: Float64Array): Float64Array {
  const units = new Float64Array(count).fill(2 ** -149);
  for (let i = 0; i < count; i++) {
    let greatest = 0;
    for (let k = 0; k < size; k++) {
      const distance = Math.abs(values[i * size + k]! - center[k]!);
      if (distance > greatest) greatest = distance;
    }
    if (greatest > 0) units[i] = 2 ** Math.ceil(Math.log2(greatest));
  }
  return units;
}

/** Rows shifted by the center, in their units, and their squared lengths in original units. */
interface Moved {
  readonly values: Float32Array;
  readonly units: Float64Array;
  readonly squares: Float64Array;
}

function moved({ values, count, size }: Features, center: Float64Array, units: Float64Array): Moved {
  const result = new Float32Array(values.length);
  const squares = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const unit = units[i]!;
    const perUnit = 1 / unit;
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const at = i * size + k;
      result[at] = perUnit * (values[at]! - center[k]!);
      sum += result[at] ** 2;
    }
    squares[i] = unit * unit * sum;
  }
  return { values: result, units, squares };
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j]!;
  }
  return result;
}
