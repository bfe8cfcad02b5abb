import type { Cell, ColumnDescription, Row } from 'tfjs-generative/tables';

/** How the cells of a column are placed in a chart. */
export type Axis = NumberAxis | CategoryAxis;

/** Bins over the range of nearly all real numbers or dates. */
export interface NumberAxis {
  readonly kind: 'number' | 'date';
  readonly name: string;
  readonly domain: readonly [low: number, high: number];
  readonly bins: readonly (readonly [low: number, high: number])[];
  /** The bin of a cell; undefined if it is missing or out of the range. */
  placeOf(cell: Cell): number | undefined;
}

/** The most frequent categories, and the others together. */
export interface CategoryAxis {
  readonly kind: 'category';
  readonly name: string;
  readonly labels: readonly string[];
  placeOf(cell: Cell): number;
}

/** The share of numbers at each end that a chart leaves out, as a single one far away would squeeze all others. */
const TAIL = 0.001;
/** The largest number of categories that have a place of their own, and of characters of their labels. */
const [CATEGORIES, CHARACTERS] = [10, 16];

/** Places for the cells of a column; numbers have at most so many bins, each of whole units. */
export function axisOf(column: ColumnDescription, rows: readonly Row[], most: number): Axis {
  return 'categories' in column ? categoryAxis(column) : numberAxis(column, rows, most);
}

/** The place of a number or a date on the axis; undefined for a missing one. */
export function numberOf(cell: Cell): number | undefined {
  if (cell === null || cell === undefined) return undefined;
  return cell instanceof Date || typeof cell === 'number' ? Number(cell) : Date.parse(String(cell));
}

function numberAxis(
  { name, kind, unit }: Extract<ColumnDescription, { unit: number }>,
  rows: readonly Row[],
  most: number,
): NumberAxis {
  const sorted = Float64Array.from(rows.flatMap((row) => numberOf(row[name]) ?? [])).sort();
  const tail = Math.floor(TAIL * sorted.length);
  const low = sorted[tail]! - unit / 2;
  const range = sorted[sorted.length - 1 - tail]! + unit / 2 - low || 1;
  const width = unit > 0 ? Math.ceil(range / most / unit) * unit : range / most;
  const count = Math.max(1, Math.ceil(range / width - 1e-6));
  return {
    kind: kind === 'date' ? 'date' : 'number',
    name,
    domain: [low, low + count * width],
    bins: Array.from({ length: count }, (_, i) => [low + i * width, low + (i + 1) * width]),
    placeOf: (cell) => {
      const place = Math.floor(((numberOf(cell) ?? NaN) - low) / width + 1e-9);
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
