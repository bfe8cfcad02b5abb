import { countsOf, meanOf, totalVariation, type Compared } from './compared.js';
import { MISSING, type Cells, type ReportTable } from './read-tables.js';

/** The error of a column. */
export interface NamedError extends Compared {
  /** The name of the column. */
  readonly name: string;
}

/** The errors of the columns, and their mean. */
export interface ColumnErrors<Column extends Compared = NamedError> extends Compared {
  /** The columns in order. */
  readonly columns: readonly Column[];
}

/** How far the distribution of a column is off. */
export interface ColumnShape extends NamedError {
  /** 'KS' for numbers and dates, 'TV' for categories. */
  readonly measure: 'KS' | 'TV';
}

/** The tables whose errors are compared. */
export interface Sides {
  readonly real: ReportTable;
  readonly synthetic: ReportTable;
  /** Held-out rows, at most as many as there are synthetic ones. */
  readonly floor: ReportTable;
}

/** The distances of the distributions of columns, without missing cells. */
export function columnShapes({ real, synthetic, floor }: Sides, sizes: readonly number[]): ColumnErrors<ColumnShape> {
  const columns = real.columns.map((own, i): ColumnShape => {
    const shape = shapeOf(own, sizes[i]!);
    const distance = (other: Cells): number => distanceOf(shape, shapeOf(other, sizes[i]!));
    return {
      name: own.column.name,
      measure: own.numbers === undefined ? 'TV' : 'KS',
      error: distance(synthetic.columns[i]!),
      floor: distance(floor.columns[i]!),
    };
  });
  return { ...meanOf(columns), columns };
}

/** The differences of the shares of missing cells. */
export function missingCells({ real, synthetic, floor }: Sides): ColumnErrors {
  const shareOf = ({ codes }: Cells): number =>
    codes.reduce((count, code) => count + Number(code === MISSING), 0) / codes.length;
  const columns = real.columns.map((own, i) => {
    const share = shareOf(own);
    const error = (other: Cells): number => Math.abs(shareOf(other) - share);
    return { name: own.column.name, error: error(synthetic.columns[i]!), floor: error(floor.columns[i]!) };
  });
  return { ...meanOf(columns), columns };
}

/** Sorted numbers, or counts of categories; without missing cells. */
type Shape = Float64Array | Int32Array;

function shapeOf({ numbers, codes }: Cells, size: number): Shape {
  if (numbers !== undefined) return numbers.filter((number) => !Number.isNaN(number)).sort();
  return countsOf(codes, size).fill(0, MISSING, MISSING + 1);
}

function distanceOf(a: Shape, b: Shape): number {
  return a instanceof Float64Array ? kolmogorovSmirnov(a, b as Float64Array) : totalVariation(a, b as Int32Array);
}

/** sup |F1 - F2| of the distribution functions of two sorted samples; 1 if one of them is empty. */
export function kolmogorovSmirnov(a: Float64Array, b: Float64Array): number {
  if (a.length === 0 || b.length === 0) return 1;
  let [i, j, largest] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const number = Math.min(a[i]!, b[j]!);
    while (a[i]! <= number) i++;
    while (b[j]! <= number) j++;
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length));
  }
  return largest;
}
