// The distributions of the columns as bars: shares of the real rows next to those of the rows that the model makes.
import type { ColumnDescription, SyntheticRow, NumberColumn, TableDescription } from 'tfjs-generative/tables';
import { numberInText } from '../shared/number-in-text.js';
import type { Columns } from '../shared/read-csv.js';

/** A column as bars. */
export interface ColumnBars {
  readonly name: string;
  /** Where the bars of numbers or dates begin, and where the last one ends; or the names of categories. */
  readonly bins: readonly number[] | readonly string[];
  readonly isDate: boolean;
  /** The share of the cells in each bar, 0 to 1. */
  readonly real: readonly number[];
  readonly made: readonly number[];
  /** The shares of missing cells. */
  readonly missing: { readonly real: number; readonly made: number };
}

const [MOST_COLUMNS, MOST_BINS, MOST_CATEGORIES] = [24, 24, 7];
/** The share of numbers at each end that the outermost bars hold, however far away they are. */
const TAIL = 0.005;

/** Makes the function that compares the first columns of made rows with the real ones. */
export function compareWith(
  { columns }: TableDescription,
  real: Columns,
): (made: readonly SyntheticRow[]) => ColumnBars[] {
  const prepared = columns.slice(0, MOST_COLUMNS).map((column) => {
    const { bins, placeOf } = 'quantiles' in column ? numberBins(column) : categoryBins(column.categories);
    const count = bins.length - ('quantiles' in column ? 1 : 0);
    const sharesOf = (cells: readonly unknown[]) =>
      sharesIn(
        cells.map((cell) => (isMissing(cell) ? -1 : placeOf(cell))),
        count,
      );
    return { column, bins, sharesOf, ofReal: sharesOf(real[column.name]!) };
  });
  return (made) =>
    prepared.map(({ column: { name, kind }, bins, sharesOf, ofReal }) => {
      const ofMade = sharesOf(made.map((row) => row[name]));
      const missing = { real: ofReal.missing, made: ofMade.missing };
      return { name, bins, isDate: kind === 'date', real: ofReal.shares, made: ofMade.shares, missing };
    });
}

function isMissing(cell: unknown): boolean {
  return cell === null || cell === undefined;
}

interface Bins {
  readonly bins: readonly number[] | readonly string[];
  placeOf(cell: unknown): number;
}

/** Bars of the same width over almost all numbers; those of whole numbers have whole widths. */
function numberBins({ range, quantiles, unit, written }: NumberColumn): Bins {
  const { numbers, shares } = quantiles;
  const low = numbers[Math.max(0, shares.findIndex((share) => share > TAIL) - 1)] ?? range[0];
  const high = numbers[shares.findIndex((share) => share >= 1 - TAIL)] ?? range[1];
  const raw = (high - low || 1) / MOST_BINS;
  const width = unit > 0 ? Math.max(1, Math.ceil(raw / unit - 1e-9)) * unit : raw;
  const from = low - (unit > 0 ? unit / 2 : 0);
  const count = Math.max(1, Math.ceil((high - from) / width - 1e-9));
  const placeOf = (cell: unknown): number => {
    const number = typeof cell === 'string' && Number.isNaN(Number(cell)) ? numberInText(cell, written) : Number(cell);
    return Math.min(count - 1, Math.max(0, Math.floor((number - from) / width)));
  };
  return { bins: Array.from({ length: count + 1 }, (_, i) => from + i * width), placeOf };
}

/** A bar for each of the most frequent categories, and one for all others. */
function categoryBins(categories: Extract<ColumnDescription, { categories: unknown }>['categories']): Bins {
  const shown = categories.length > MOST_CATEGORIES ? MOST_CATEGORIES - 1 : categories.length;
  const places = new Map<unknown, number>(categories.slice(0, shown).map(({ value }, i) => [value, i]));
  const others = categories.length > shown ? [`${categories.length - shown} others`] : [];
  return {
    bins: [...categories.slice(0, shown).map(({ value }) => String(value)), ...others],
    placeOf: (cell) => places.get(cell) ?? shown,
  };
}

/** The share of each place among the cells that are there, and the share of those that are not. */
function sharesIn(places: readonly number[], count: number): { shares: number[]; missing: number } {
  const counts = new Array<number>(count).fill(0);
  let present = 0;
  for (const place of places) {
    if (place < 0) continue;
    counts[place]!++;
    present++;
  }
  return { shares: counts.map((n) => n / Math.max(1, present)), missing: 1 - present / Math.max(1, places.length) };
}
