import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { sizeOf, type Windows } from './law.js';

/** The share of the covariance that is replaced with that of independent numbers of the same variance, 1e-5 to 0.3. */
const SHRINKAGES = Array.from({ length: 10 }, (_, k) => 10 ** (k / 2 - 5));

/** The smallest variance of a direction, relative to the average: windows without noise leave some directions empty. */
const FLOOR = 1e-9;

/** Scores windows: the higher, the less they resemble the training windows. */
export type Score = (windows: Windows) => number[];

/** The baselines: models of windows that know only their mean and covariance. */
export interface LinearModels {
  /** The numbers of components that PCA can have. */
  readonly componentCounts: readonly number[];
  /** How many components the validation windows choose. */
  readonly components: number;
  /** The shrinkage that the validation windows choose. */
  readonly shrinkage: number;
  /** The squared distance of each window from the plane of the first components. */
  readonly distance: (components: number) => Score;
  /** The negative log-density of each window under probabilistic PCA, in nats. */
  readonly probabilisticPca: (components: number) => Score;
  /** The negative log-density of each window under a Gaussian with this shrinkage, in nats. */
  readonly gaussian: (shrinkage: number) => Score;
}

/**
 * Fits PCA and a Gaussian to the training windows. Both choose their one option by the mean log-density of the validation windows: PCA as
 * probabilistic PCA, which has the variance of the training windows along each component, and the same variance in all other directions.
 */
export function fitLinearModels(training: Windows, validation: Windows): LinearModels {
  const size = sizeOf(training);
  const x = matrixOf(training);
  const mean = x.mean('column');
  const centred = x.subRowVector(mean);
  const covariance = centred
    .transpose()
    .mmul(centred)
    .div(training.count - 1);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const floor = FLOOR * (sumOf(realEigenvalues) / size || 1);
  // from ascending to descending order
  const variances = [...realEigenvalues].reverse().map((variance) => Math.max(variance, floor));
  const axes = eigenvectorMatrix.flipRows();

  const averageFrom = (first: number): number => sumOf(variances.slice(first)) / (size - first);
  const known = new WeakMap<Windows, number[][]>();
  const coordinatesOf = (windows: Windows): number[][] => {
    const rows = known.get(windows) ?? matrixOf(windows).subRowVector(mean).mmul(axes).to2DArray();
    known.set(windows, rows);
    return rows;
  };
  const nats =
    (along: readonly number[]): Score =>
    (windows) =>
      coordinatesOf(windows).map((row) =>
        sumOf(row.map((c, k) => (Math.log(2 * Math.PI * along[k]!) + c ** 2 / along[k]!) / 2)),
      );
  const distance =
    (components: number): Score =>
    (windows) =>
      coordinatesOf(windows).map((row) => sumOf(row.slice(components).map((c) => c ** 2)));
  const probabilisticPca = (components: number): Score =>
    nats(variances.map((variance, k) => (k < components ? variance : averageFrom(components))));
  const gaussian = (shrinkage: number): Score =>
    nats(variances.map((variance) => (1 - shrinkage) * variance + shrinkage * averageFrom(0)));

  const componentCounts = Array.from({ length: Math.min(size, training.count) - 1 }, (_, k) => k + 1);
  const best = (choices: readonly number[], scoreOf: (choice: number) => Score): number => {
    const totals = choices.map((choice) => sumOf(scoreOf(choice)(validation)));
    return choices[totals.indexOf(Math.min(...totals))]!;
  };
  const components = best(componentCounts, probabilisticPca);
  const shrinkage = best(SHRINKAGES, gaussian);
  return { componentCounts, components, shrinkage, distance, probabilisticPca, gaussian };
}

function matrixOf(windows: Windows): Matrix {
  return Matrix.from1DArray(windows.count, sizeOf(windows), Array.from(windows.values));
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
