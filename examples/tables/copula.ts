import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { RandomStream } from 'tfjs-generative';
import type { Cell, Row, TableDescription } from 'tfjs-generative/tables';
import { numberOf } from './axis.js';

/** Cells in the order of a normal variable that decides which of them a row has. */
interface Latent {
  readonly column: string;
  /** Whether it decides where cells of the column are missing, instead of what they are. */
  readonly isFlag: boolean;
  /** From the lowest to the highest. */
  readonly sorted: readonly Cell[];
  /** The normal score of each row, NaN where it has no cell. */
  readonly scores: Float64Array;
}

/**
 * The baseline: a Gaussian copula with the distributions of the columns as they are. It returns the function that draws rows.
 *
 * Each column follows a normal variable: numbers in their order, categories by their frequency, as SDV has them. Where numbers are missing is a
 * variable of its own; a missing category is one more category.
 *
 * @see Patki et al. 2016, The Synthetic Data Vault, https://doi.org/10.1109/DSAA.2016.49
 */
export function fitCopula(
  description: TableDescription,
  rows: readonly Row[],
  random: RandomStream,
): (count: number, random: RandomStream) => Promise<Row[]> {
  const latents = latentsOf(description, rows, random);
  const factor = factorOf(latents);
  return async (count, random) => {
    const noise = await drawn(random.normal([count, latents.length]));
    const scores = Matrix.from1DArray(count, latents.length, noise).mmul(factor.transpose());
    return drawRows(latents, count, random, (latent) => scores.getColumn(latent));
  };
}

/** Rows whose columns are drawn one by one: what the columns alone are worth. */
export async function independentRows(
  description: TableDescription,
  rows: readonly Row[],
  count: number,
  random: RandomStream,
): Promise<Row[]> {
  const latents = latentsOf(description, rows, random);
  const noise = await drawn(random.normal([latents.length, count]));
  return drawRows(latents, count, random, (latent) => noise.slice(latent * count, (latent + 1) * count));
}

function latentsOf({ columns }: TableDescription, rows: readonly Row[], random: RandomStream): Latent[] {
  return columns.flatMap((column): Latent[] => {
    const cells = rows.map((row) => row[column.name] ?? null);
    const own = { column: column.name, isFlag: false };
    if ('categories' in column) {
      const places = new Map<Cell, number>(column.categories.map(({ value }, place) => [value, place]));
      return [{ ...own, ...ordered(cells, (cell) => places.get(cell) ?? places.size, random) }];
    }
    const numbers = { ...own, ...ordered(cells, (cell) => numberOf(cell, column.written) ?? NaN, random) };
    const isMissing = cells.map((cell) => cell === null);
    return column.missing > 0 ? [numbers, { ...own, isFlag: true, ...ordered(isMissing, Number, random) }] : [numbers];
  });
}

/** Sorts cells by a key, without those whose key is NaN; equal ones in random order. */
function ordered(cells: readonly Cell[], keyOf: (cell: Cell) => number, random: RandomStream) {
  const keys = cells.map(keyOf);
  const order = Array.from(random.permutation(cells.length))
    .filter((row) => !Number.isNaN(keys[row]))
    .sort((a, b) => keys[a]! - keys[b]!);
  const scores = new Float64Array(cells.length).fill(NaN);
  order.forEach((row, rank) => (scores[row] = normalQuantile((rank + 0.5) / order.length)));
  return { sorted: order.map((row) => cells[row]!), scores };
}

/** A matrix whose product with independent normal variables has the correlations of the latents. */
function factorOf(latents: readonly Latent[]): Matrix {
  const size = latents.length;
  const correlations = Matrix.identity(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const correlation = correlationOf(latents[i]!.scores, latents[j]!.scores);
      correlations.set(i, j, correlation);
      correlations.set(j, i, correlation);
    }
  }
  // unlike Cholesky's factor, it also exists for equal columns, and for correlations of different rows, which no variables may have together
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(correlations, { assumeSymmetric: true });
  const factor = eigenvectorMatrix.mulRowVector(realEigenvalues.map((value) => Math.sqrt(Math.max(0, value))));
  return factor.divColumnVector(factor.to2DArray().map((row) => Math.hypot(...row)));
}

/** The correlation of scores over the rows that have both. */
function correlationOf(a: Float64Array, b: Float64Array): number {
  let [aa, bb, ab] = [0, 0, 0];
  for (let row = 0; row < a.length; row++) {
    const [x, y] = [a[row]!, b[row]!];
    if (Number.isNaN(x + y)) continue;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  return ab === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

/** Draws cells of each column, and gives the lowest of them to the row with the lowest score, and so on (Iman and Conover 1982). */
async function drawRows(
  latents: readonly Latent[],
  count: number,
  random: RandomStream,
  scoresOf: (latent: number) => ArrayLike<number>,
): Promise<Row[]> {
  const rows = Array.from({ length: count }, (): Record<string, Cell> => ({}));
  for (const [i, { column, isFlag, sorted }] of latents.entries()) {
    const scores = scoresOf(i);
    const order = Array.from(rows.keys()).sort((a, b) => scores[a]! - scores[b]!);
    const places = (await drawn(random.uniform([count]))).sort((a, b) => a - b);
    order.forEach((row, rank) => {
      const cell = sorted[Math.floor(places[rank]! * sorted.length)]!;
      if (!isFlag) rows[row]![column] = cell;
      else if (cell === true) rows[row]![column] = null;
    });
  }
  return rows;
}

async function drawn(tensor: ReturnType<RandomStream['normal']>): Promise<number[]> {
  const numbers = Array.from(await tensor.data());
  tensor.dispose();
  return numbers;
}

/** The normal quantile of p in (0, 1), within 0.00045: Abramowitz and Stegun 1964, 26.2.23. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  return (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
}
