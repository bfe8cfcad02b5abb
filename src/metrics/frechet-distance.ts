import type { Tensor } from '@tensorflow/tfjs-core';
import { EigenvalueDecomposition, Matrix } from './eigenvalue-decomposition.js';
import { checkFeatures, readFeatures, type Features } from './read-features.js';
import type { Measurement } from './measurement.js';
import { measureRules, protocolOf, type MeasureOptions } from './protocol.js';
import { readOptions } from '../tensor/options.js';

/**
 * The squared Frechet distance between two sets of features: that between the Gaussians with their means and covariances.
 * With the features of Inception v3 this is the FID.
 *
 * value = |mean_a - mean_b|^2 + trace(C_a + C_b - 2 (C_a C_b)^(1/2)), with C = 1/(n - 1) sum (x - mean)(x - mean)^T
 *
 * @param a - float32 [n, d], the features of n >= 2 examples
 * @param b - float32 [m, d], m >= 2
 * @param options - `features` and `seed`, for the protocol
 * @returns `value`, at least 0, and `protocol`, which describes the measurement
 * @throws (as a rejection) TypeError or ShapeError if the features have the wrong kind or shape, RangeError if they are not finite
 * @remarks Computed in float64 on the host. Having fewer rows than features does no harm, but the value falls as
 * rows are added: compare only values with equal counts, see the guide. The trace of the root is the sum of the roots of the
 * eigenvalues of C_a^(1/2) C_b C_a^(1/2), which are real; eigenvalues that rounding makes negative count as 0. With 10,000 rows
 * each it takes a quarter of a second for 64 features and about 6 s for 512, and blocks the thread.
 * @example
 * ```ts
 * const a = tf.tensor2d([[-1], [1]]);
 * const b = tf.tensor2d([[1], [5]]);
 * console.log((await frechetDistance(a, b)).value); // (0 - 3)^2 + (sqrt 2 - sqrt 8)^2 = 11
 * ```
 * @see Heusel et al. 2017, equation 6, https://arxiv.org/abs/1706.08500
 */
export async function frechetDistance(a: Tensor, b: Tensor, options: MeasureOptions = {}): Promise<Measurement> {
  const why = 'A covariance needs at least two rows.';
  checkFeatures('frechetDistance', 'a', a, { rows: 2, why });
  checkFeatures('frechetDistance', 'b', b, { rows: 2, why, like: ['a', a] });
  readOptions('frechetDistance', options, measureRules);
  const sets = {
    a: await readFeatures('frechetDistance', 'a', a),
    b: await readFeatures('frechetDistance', 'b', b),
  };
  const [left, right] = [momentsOf(sets.a), momentsOf(sets.b)];
  const shift = left.mean.reduce((sum, value, i) => sum + (value - (right.mean[i] as number)) ** 2, 0);
  const traces = left.covariance.trace() + right.covariance.trace();
  // A distance is not negative, but rounding can make it so for equal sets.
  const value = Math.max(0, shift + traces - 2 * traceOfRoot(left.covariance, right.covariance));
  const measure = 'squared Frechet distance of Gaussians, unbiased covariances, in float64';
  return { value, protocol: protocolOf(measure, sets, options) };
}

function momentsOf({ values, count, size }: Features): { mean: Float64Array; covariance: Matrix } {
  const mean = new Float64Array(size);
  for (let i = 0; i < values.length; i++) mean[i % size]! += values[i]! / count;
  const sums = new Float64Array(size * size);
  // Four rows at a time, so that each sum is loaded and stored a quarter as often; that dominates the cost.
  const rows = Array.from({ length: 4 }, () => new Float64Array(size)) as [Row, Row, Row, Row];
  const [p, q, r, s] = rows;
  for (let start = 0; start < count; start += 4) {
    rows.forEach((row, k) => {
      const from = (start + k) * size;
      for (let i = 0; i < size; i++) row[i] = start + k < count ? values[from + i]! - mean[i]! : 0;
    });
    for (let i = 0; i < size; i++) {
      const [pi, qi, ri, si] = [p[i]!, q[i]!, r[i]!, s[i]!];
      const line = i * size;
      for (let j = i; j < size; j++) sums[line + j]! += pi * p[j]! + qi * q[j]! + ri * r[j]! + si * s[j]!;
    }
  }
  const covariance = new Matrix(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      const value = sums[i * size + j]! / (count - 1);
      covariance.set(i, j, value);
      covariance.set(j, i, value);
    }
  }
  return { mean, covariance };
}

type Row = Float64Array;

/** The trace of (a b)^(1/2) for symmetric, positive semidefinite matrices. */
function traceOfRoot(a: Matrix, b: Matrix): number {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(a, { assumeSymmetric: true });
  // With a = V L V^T, a^(1/2) b a^(1/2) has the eigenvalues of L^(1/2) V^T b V L^(1/2).
  const scaled = eigenvectorMatrix.mulRowVector(realEigenvalues.map((value) => Math.sqrt(Math.max(0, value))));
  const product = scaled.transpose().mmul(b.mmul(scaled));
  const symmetric = product.clone().add(product.transpose()).mul(0.5);
  const { realEigenvalues: squares } = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
  return squares.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
}
