import type { Cell, ColumnDescription, Row } from 'tfjs-generative/tables';
import { numberInText } from '../shared/number-in-text.js';

/** How the cells of a column are placed in a chart. */
export type Axis = NumberAxis | CategoryAxis;

/** Bins over the range of nearly all real numbers or dates. */
export interface NumberAxis {
  readonly kind: 'number' | 'date';
  readonly name: string;
  /** How its texts are written, if they are. */
  readonly written: string | undefined;
  /** Whether a few numbers are so much larger than most that equal steps are equal ratios. */
  readonly isLog: boolean;
  readonly domain: readonly [low: number, high: number];
  readonly bins: readonly (readonly [low: number, high: number])[];
  /** The bin of a cell; undefined if it is missing or out of the range. */
  placeOf(cell: Cell): number | undefined;
}

/** The most frequent categories, and the others together. */
export interface CategoryAxis {
  readonly kind: 'category';
  readonly name: string;
  /** The last one may stand for all others, or for missing cells. */
  readonly labels: readonly string[];
  placeOf(cell: Cell): number;
}

/** The share of numbers at each end that a chart leaves out, as a single one far away would squeeze all others. */
const TAIL = 0.001;
/** A range has equal ratios if its largest number is so many times the median. */
const HEAVY = 30;
/** The largest number of categories that have a place of their own, and of characters of their labels. */
const [CATEGORIES, CHARACTERS] = [10, 16];

/** Places for the cells of a column; numbers have at most so many bins, each of whole units. */
export function axisOf(column: ColumnDescription, rows: readonly Row[], most: number): Axis {
  return 'categories' in column ? categoryAxis(column) : numberAxis(column, rows, most);
}

/** The place of a number or a date on the axis; undefined for a missing one. */
export function numberOf(cell: Cell, written: string | undefined): number | undefined {
  if (cell === null || cell === undefined) return undefined;
  return cell instanceof Date || typeof cell === 'number' ? Number(cell) : numberInText(String(cell), written);
}

function numberAxis(
  { name, kind, unit, written }: Extract<ColumnDescription, { unit: number }>,
  rows: readonly Row[],
  most: number,
): NumberAxis {
  const sorted = Float64Array.from(rows.flatMap((row) => numberOf(row[name], written) ?? [])).sort();
  const tail = Math.floor(TAIL * sorted.length);
  const [least, middle, largest] = [tail, sorted.length >> 1, sorted.length - 1 - tail].map((i) => sorted[i]!) as [
    number,
    number,
    number,
  ];
  const isLog = kind !== 'date' && least > 0 && largest > HEAVY * middle;
  const [to, from] = isLog ? [Math.log, Math.exp] : [Number, Number];
  // bins of whole units, so that numbers which are rounded do not fall into some bins more often than into others
  const step = isLog ? 0 : unit;
  const low = to(least) - step / 2;
  const range = to(largest) + step / 2 - low || 1;
  const bins = Math.min(most, Math.ceil(2 * Math.cbrt(sorted.length)));
  const width = step > 0 ? Math.ceil(range / bins / step) * step : range / bins;
  // a sum of rounded steps may exceed a whole number by a little
  const count = Math.max(1, Math.ceil(range / width - 1e-6));
  const edges = Array.from({ length: count + 1 }, (_, i) => from(low + i * width));
  return {
    kind: kind === 'date' ? 'date' : 'number',
    name,
    written,
    isLog,
    domain: [edges[0]!, edges[count]!],
    bins: edges.slice(1).map((high, i) => [edges[i]!, high]),
    placeOf: (cell) => {
      const place = Math.floor((to(numberOf(cell, written) ?? NaN) - low) / width + 1e-9);
      return place >= 0 && place < count ? place : undefined;
    },
  };
}

function categoryAxis({
  name,
  categories,
  missing,
}: Extract<ColumnDescription, { categories: unknown }>): CategoryAxis {
  const shown = categories.length > CATEGORIES ? CATEGORIES - 1 : categories.length;
  const others = categories.length - shown;
  const places = new Map<Cell, number>(categories.slice(0, shown).map(({ value }, place) => [value, place]));
  const labels = [
    ...categories.slice(0, shown).map(({ value }) => short(String(value))),
    ...(others > 0 ? [`${others} others`] : []),
    ...(missing > 0 ? ['(missing)'] : []),
  ];
  return {
    kind: 'category',
    name,
    // two long ones may have the same beginning
    labels: labels.map((label, i) => (labels.indexOf(label) < i ? `${label} (${i + 1})` : label)),
    placeOf: (cell) => {
      if (cell === null || cell === undefined) return labels.length - 1;
      return places.get(cell) ?? Math.min(shown, labels.length - 1);
    },
  };
}

function short(text: string): string {
  return text.length > CHARACTERS ? `${text.slice(0, CHARACTERS - 1)}…` : text;
}

/** The share of rows at each place of one or two axes, of those that have one. */
export function sharesOf(rows: readonly Row[], axes: readonly Axis[]): number[] {
  const sizes = axes.map(sizeOf);
  const counts = new Array<number>(sizes.reduce((product, size) => product * size, 1)).fill(0);
  let total = 0;
  for (const row of rows) {
    const places = axes.map((axis) => axis.placeOf(row[axis.name]));
    if (places.includes(undefined)) continue;
    counts[places.reduce<number>((at, place, i) => at * sizes[i]! + place!, 0)]!++;
    total++;
  }
  return counts.map((count) => count / Math.max(1, total));
}

/** How many places an axis has. */
export function sizeOf(axis: Axis): number {
  return axis.kind === 'category' ? axis.labels.length : axis.bins.length;
}
