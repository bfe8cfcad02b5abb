import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** The share of the covariance that is replaced with that of independent numbers of the same variance, 1e-5 to 0.3. */
const SHRINKAGES = Array.from({ length: 10 }, (_, k) => 10 ** (k / 2 - 5));

/** The smallest variance of a direction, relative to the average: rows without noise leave some directions empty. */
const FLOOR = 1e-9;

/** Rows of numbers, one after the other. */
export interface NumberRows {
  readonly values: ArrayLike<number>;
  readonly count: number;
}

/** Scores rows: the higher, the less they resemble the training rows. */
export type Score = (rows: NumberRows) => number[];

/** The baselines: models of rows that know only their mean and covariance. */
export interface LinearModels {
  /** The numbers of components that PCA can have. */
  readonly componentCounts: readonly number[];
  /** How many components the validation rows choose. */
  readonly components: number;
  /** The shrinkage that the validation rows choose. */
  readonly shrinkage: number;
  /** The squared distance of each row from the plane of the first components. */
  readonly distance: (components: number) => Score;
  /** The negative log-density of each row under probabilistic PCA, in nats. */
  readonly probabilisticPca: (components: number) => Score;
  /** The negative log-density of each row under a Gaussian with this shrinkage, in nats. */
  readonly gaussian: (shrinkage: number) => Score;
}

/**
 * Fits PCA and a Gaussian to the training rows. Both choose their one option by the mean log-density of the validation rows: PCA as
 * probabilistic PCA, which has the variance of the training rows along each component, and the same variance in all other directions.
 */
export function fitLinearModels(training: NumberRows, validation: NumberRows): LinearModels {
  const size = training.values.length / training.count;
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
  const known = new WeakMap<NumberRows, number[][]>();
  /** The squared coordinates of each row along the axes. */
  const squaresOf = (rows: NumberRows): number[][] => {
    const squares = known.get(rows) ?? matrixOf(rows).subRowVector(mean).mmul(axes).pow(2).to2DArray();
    known.set(rows, squares);
    return squares;
  };
  /** The negative log-density at squared coordinates, under independent coordinates with these variances. */
  const natsAt = (along: readonly number[], squares: readonly number[]): number =>
    sumOf(squares.map((square, k) => (Math.log(2 * Math.PI * along[k]!) + square / along[k]!) / 2));
  const ofPca = (components: number): number[] => {
    const average = averageFrom(components);
    return variances.map((variance, k) => (k < components ? variance : average));
  };
  const ofGaussian = (shrinkage: number): number[] => {
    const average = averageFrom(0);
    return variances.map((variance) => (1 - shrinkage) * variance + shrinkage * average);
  };
  const nats =
    (along: readonly number[]): Score =>
    (rows) =>
      squaresOf(rows).map((squares) => natsAt(along, squares));

  const componentCounts = Array.from({ length: Math.min(size, training.count) - 1 }, (_, k) => k + 1);
  const rows = squaresOf(validation);
  const means = variances.map((_, k) => sumOf(rows.map((squares) => squares[k]!)) / rows.length);
  const best = (choices: readonly number[], along: (choice: number) => number[]): number => {
    // the mean of nats is the nats of mean squares
    const scores = choices.map((choice) => natsAt(along(choice), means));
    return choices[scores.indexOf(Math.min(...scores))]!;
  };
  return {
    componentCounts,
    components: best(componentCounts, ofPca),
    shrinkage: best(SHRINKAGES, ofGaussian),
    distance: (components) => (rows) => squaresOf(rows).map((squares) => sumOf(squares.slice(components))),
    probabilisticPca: (components) => nats(ofPca(components)),
    gaussian: (shrinkage) => nats(ofGaussian(shrinkage)),
  };
}

function matrixOf({ values, count }: NumberRows): Matrix {
  return Matrix.from1DArray(count, values.length / count, Array.from(values));
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
