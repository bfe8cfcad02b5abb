import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { sizeOf, type Windows } from './law.js';

/**
 * The baseline: the squared distance of each window from the plane through the training windows that keeps this share of their variance.
 * It returns the function that scores windows.
 */
export function fitPca(windows: Windows, share: number): (windows: Windows) => number[] {
  const size = sizeOf(windows);
  const x = Matrix.from1DArray(windows.count, size, Array.from(windows.values));
  const mean = x.mean('column');
  const centred = x.subRowVector(mean);
  const covariance = centred
    .transpose()
    .mmul(centred)
    .div(windows.count - 1);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  // in ascending order
  const total = realEigenvalues.reduce((sum, value) => sum + value, 0);
  let [kept, first] = [0, size];
  while (first > 0 && kept < share * total) kept += realEigenvalues[--first]!;
  const axes = eigenvectorMatrix.subMatrix(0, size - 1, first, size - 1);
  return ({ values, count }) => {
    const moved = Matrix.from1DArray(count, size, Array.from(values)).subRowVector(mean);
    const rest = Matrix.sub(moved, moved.mmul(axes).mmul(axes.transpose()));
    return Array.from({ length: count }, (_, i) => rest.getRow(i).reduce((sum, one) => sum + one ** 2, 0));
  };
}
