import type { Tensor } from '@tensorflow/tfjs-core';
import { checkFeatures, readFeatures, type Features } from './read-features.js';
import type { Measurement } from './measurement.js';
import { measureRules, protocolOf, type MeasureOptions } from './protocol.js';
import { readOptions } from '../tensor/options.js';

/**
 * The kernel distance between two sets of features: the squared maximum mean discrepancy, estimated without bias. With
 * the features of Inception v3 this is the KID.
 *
 * k(x, y) = (x^T y / n + 1)^3, where n is the number of features;
 * value = mean over i != j of k(a_i, a_j) + mean over i != j of k(b_i, b_j) - 2 * mean over i and j of k(a_i, b_j)
 *
 * @param a - float32 [n, d], the features of n >= 2 examples
 * @param b - float32 [m, d], m >= 2
 * @param options - `features` and `seed`, for the protocol
 * @returns `value`, and `protocol`, which describes the measurement; the estimate is unbiased, so for equal distributions the value is
 * 0 on average and often below 0
 * @throws (as a rejection) TypeError or ShapeError if the features have the wrong kind or shape, RangeError if they are not finite
 * @remarks Uses all pairs, where other libraries average over random subsets: nothing is drawn, and the expectation is the
 * same with less variance. The three means are nearly equal, so in float32 their difference would have few correct digits:
 * they are computed in float64 on the host. With x' = [x / sqrt d, 1] the kernel is (x' . y')^3, and its sum over all pairs
 * is a scalar product of two sums of third powers, which takes time proportional to n, not n^2. With more than about
 * 250 features, or few rows, the pairs are visited one by one. With 10,000 rows each it takes about 2 s for 64 features and
 * minutes for 512, and blocks the thread.
 * @example
 * ```ts
 * const a = tf.tensor2d([[1], [0]]);
 * const b = tf.tensor2d([[2], [0]]);
 * console.log((await kernelDistance(a, b)).value); // 1 + 1 - 2 (27 + 1 + 1 + 1) / 4 = -13
 * ```
 * @see Binkowski et al. 2018, section 4, https://arxiv.org/abs/1801.01401
 */
export async function kernelDistance(a: Tensor, b: Tensor, options: MeasureOptions = {}): Promise<Measurement> {
  const why = 'A mean over pairs needs at least two rows.';
  checkFeatures('kernelDistance', 'a', a, { rows: 2, why });
  checkFeatures('kernelDistance', 'b', b, { rows: 2, why, like: ['a', a] });
  readOptions('kernelDistance', options, measureRules);
  const sets = { a: await readFeatures('kernelDistance', 'a', a), b: await readFeatures('kernelDistance', 'b', b) };
  const value = kernelDistanceOf(sets.a, sets.b);
  const measure = 'unbiased squared MMD, kernel (x.y/d + 1)^3, all pairs, in float64';
  return { value, protocol: protocolOf(measure, sets, options) };
}

/** The distance computed from moments or from pairs; by default, whichever takes less time. */
export function kernelDistanceOf(a: Features, b: Features, way = cheaperWay(a, b)): number {
  const [x, y] = [extended(a), extended(b)];
  const [aa, bb, ab] = way === 'moments' ? sumsOfMoments(x, y) : [sumOfPairs(x, x), sumOfPairs(y, y), sumOfPairs(x, y)];
  const [n, m] = [x.count, y.count];
  return (aa - ownPairs(x)) / (n * (n - 1)) + (bb - ownPairs(y)) / (m * (m - 1)) - (2 * ab) / (n * m);
}

function cheaperWay(a: Features, b: Features): 'moments' | 'pairs' {
  const width = a.size + 1;
  // (n + m) width^3 / 6 products compared with (n + m)^2 width; 256^3 / 6 numbers take 22 MB.
  return width <= 256 && width ** 2 < 6 * (a.count + b.count) ? 'moments' : 'pairs';
}

interface Rows {
  readonly values: Float64Array;
  readonly count: number;
  readonly width: number;
}

/** Rows [x / sqrt d, 1]; the kernel is the cube of their scalar product. */
function extended({ values, count, size }: Features): Rows {
  const width = size + 1;
  const rows = new Float64Array(count * width).fill(1);
  const scale = 1 / Math.sqrt(size);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < size; j++) rows[i * width + j] = scale * values[i * size + j]!;
  }
  return { values: rows, count, width };
}

/** The sum of k(x_i, x_i). */
function ownPairs({ values, count, width }: Rows): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    let square = 0;
    for (let k = i * width; k < (i + 1) * width; k++) square += values[k]! ** 2;
    sum += square ** 3;
  }
  return sum;
}

function sumOfPairs(x: Rows, y: Rows): number {
  const { width } = x;
  const [left, right] = [x.values, y.values];
  let sum = 0;
  // Blocks of rows stay in the cache.
  const rows = Math.max(1, Math.floor(4096 / width));
  for (let top = 0; top < x.count; top += rows) {
    for (let start = 0; start < y.count; start += rows) {
      for (let i = top; i < Math.min(x.count, top + rows); i++) {
        for (let j = start; j < Math.min(y.count, start + rows); j++) {
          let product = 0;
          for (let k = 0; k < width; k++) product += left[i * width + k]! * right[j * width + k]!;
          sum += product * product * product;
        }
      }
    }
  }
  return sum;
}

/** The sums of k(x_i, x_j), k(y_i, y_j) and k(x_i, y_j) over all i and j. */
function sumsOfMoments(x: Rows, y: Rows): [number, number, number] {
  const { width } = x;
  const [left, right] = [thirdMoments(x), thirdMoments(y)];
  const sums: [number, number, number] = [0, 0, 0];
  let at = 0;
  for (let a = 0; a < width; a++) {
    for (let b = 0; b <= a; b++) {
      for (let c = 0; c <= b; c++, at++) {
        // The number of distinct orders of the three indices.
        const orders = a === b && b === c ? 1 : a === b || b === c ? 3 : 6;
        const [l, r] = [left[at]!, right[at]!];
        sums[0] += orders * l * l;
        sums[1] += orders * r * r;
        sums[2] += orders * l * r;
      }
    }
  }
  return sums;
}

/** The sum over the rows of x_a x_b x_c, for a >= b >= c. */
function thirdMoments({ values, count, width }: Rows): Float64Array {
  const moments = new Float64Array((width * (width + 1) * (width + 2)) / 6);
  for (let i = 0; i < count; i++) {
    const row = values.subarray(i * width, (i + 1) * width);
    let at = 0;
    for (let a = 0; a < width; a++) {
      for (let b = 0; b <= a; b++) {
        const product = row[a]! * row[b]!;
        for (let c = 0; c <= b; c++) moments[at++]! += product * row[c]!;
      }
    }
  }
  return moments;
}
