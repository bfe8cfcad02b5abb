import * as Plot from '@observablehq/plot';
import type { ColumnDescription, Row } from 'tfjs-generative/tables';
import { plotted } from '../shared/figures/plotted.js';
import { axisOf, numberOf, sharesOf, sizeOf, type Axis, type CategoryAxis, type NumberAxis } from './axis.js';

/** Real rows, and rows of a model. */
export interface Sides {
  readonly real: readonly Row[];
  readonly made: readonly Row[];
}

const [WIDTH, HEIGHT] = [340, 170];
const [PAIR_WIDTH, PAIR_HEIGHT] = [280, 215];
const [BINS, PAIR_BINS] = [40, 20];
/** Dots of a scatter plot: more become a blot. */
const DOTS = 1500;
/** The height of a category, and the width of a character. */
const [LINE, CHARACTER] = [22, 7];

/** The distribution of a column: real cells filled, those of a model as a line or marks. */
export function histogram(column: ColumnDescription, { real, made }: Sides): string {
  const axis = axisOf(column, real, BINS);
  const shares = { real: sharesOf(real, [axis]), made: sharesOf(made, [axis]) };
  return axis.kind === 'category' ? bars(axis, shares) : steps(axis, shares);
}

interface Shares {
  readonly real: readonly number[];
  readonly made: readonly number[];
}

function bars(axis: CategoryAxis, { real, made }: Shares): string {
  const places = axis.labels.map((label, i) => ({ label, real: real[i]!, made: made[i]! }));
  return svg(WIDTH, Math.max(HEIGHT, 40 + LINE * places.length), axis.name, {
    marginLeft: marginOf(axis),
    marginBottom: 26,
    x: { domain: [0, Math.max(...real, ...made)], tickFormat: '.0%', ticks: 4, label: null },
    y: { domain: axis.labels, label: null, tickSize: 0, padding: 0.25 },
    marks: [
      Plot.barX(places, { x: 'real', y: 'label', fill: 'var(--pale-second)', insetLeft: 0 }),
      Plot.tickX(places, {
        x: 'made',
        y: 'label',
        stroke: 'var(--first)',
        strokeWidth: 3,
        insetTop: -2,
        insetBottom: -2,
      }),
    ],
  });
}

function steps(axis: NumberAxis, { real, made }: Shares): string {
  const bins = axis.bins.map(([low, high], i) => ({ low: at(axis, low), high: at(axis, high), real: real[i]! }));
  const line = axis.bins.flatMap(([low, high], i) => [low, high].map((x) => ({ x: at(axis, x), y: made[i]! })));
  const ends = axis.domain.map((x) => ({ x: at(axis, x), y: 0 }));
  return svg(WIDTH, HEIGHT, axis.name, {
    marginLeft: 16,
    marginRight: 16,
    marginBottom: 26,
    x: scaleOf(axis),
    y: { axis: null, domain: [0, Math.max(...real, ...made)] },
    marks: [
      Plot.rectY(bins, { x1: 'low', x2: 'high', y: 'real', fill: 'var(--pale-second)', inset: 0 }),
      Plot.lineY([ends[0]!, ...line, ends[1]!], { x: 'x', y: 'y', stroke: 'var(--first)', strokeWidth: 1.5 }),
      Plot.ruleY([0], { stroke: 'var(--outline)' }),
    ],
  });
}

/** The joint distribution of two columns: two charts with the same axes, of real rows and of those of a model. */
export function pairCharts(columns: readonly ColumnDescription[], { real, made }: Sides): string[] {
  const [first, second] = columns.map((column) => axisOf(column, real, PAIR_BINS)) as [Axis, Axis];
  // numbers are easier to read from left to right, and categories from top to bottom, above all long ones
  const swaps = second.kind !== 'category' ? first.kind === 'category' : lengthOf(first) > lengthOf(second);
  const [x, y] = swaps ? [second, first] : [first, second];
  const joint = [real, made].map((rows) => sharesOf(rows, [x, y]));
  const largest = Math.max(...joint.flat());
  const cellsOf = (shares: readonly number[]) =>
    shares.flatMap((share, i) => {
      const place = { ...placeAt(x, Math.floor(i / sizeOf(y))), ...placeAt(y, i % sizeOf(y), 'y') };
      return share === 0 ? [] : [{ ...place, opacity: Math.sqrt(share / largest) }];
    });
  return [real, made].map((rows, side) => {
    const style = { y: 'y', fill: 'currentColor', fillOpacity: 'opacity', inset: 0.5 } as const;
    const mark =
      y.kind !== 'category'
        ? dots(rows, x as NumberAxis, y)
        : x.kind === 'category'
          ? Plot.cell(cellsOf(joint[side]!), { ...style, x: 'x' })
          : Plot.barX(cellsOf(joint[side]!), { ...style, x1: 'x1', x2: 'x2' });
    const height = y.kind === 'category' ? 64 + LINE * sizeOf(y) : PAIR_HEIGHT;
    const below = { label: x.name, labelAnchor: 'center', labelArrow: 'none', labelOffset: 38 } as const;
    const chart = svg(PAIR_WIDTH, height, `${x.name} and ${y.name}, ${side === 0 ? 'real' : 'generated'}`, {
      marginLeft: marginOf(y),
      marginRight: 16,
      marginTop: y.kind === 'category' ? 8 : 24,
      marginBottom: isTilted(x) ? 24 + 0.5 * CHARACTER * longest(x) : 44,
      x: { ...scaleOf(x), ...(x.kind !== 'category' && below) },
      y: { ...scaleOf(y), ...(y.kind === 'category' ? { tickRotate: 0 } : { label: y.name, labelArrow: 'none' }) },
      opacity: { domain: [0, 1] },
      marks: [Plot.frame({ stroke: 'var(--edge)' }), mark],
    });
    return chart.replace('<svg', `<svg class="${side === 0 ? 'real' : 'made'}"`);
  });
}

/** Rows as dots; rows without one of the cells are left out. */
export function dots(
  rows: readonly Row[],
  x: NumberAxis,
  y: NumberAxis,
  { most = DOTS, ...options }: Plot.DotOptions & { readonly most?: number } = {},
): Plot.Markish {
  const points = rows.flatMap((row) => {
    const [a, b] = [numberOf(row[x.name], x.written), numberOf(row[y.name], y.written)];
    if (a === undefined || b === undefined || !isWithin(x, a) || !isWithin(y, b)) return [];
    return [{ x: at(x, a), y: at(y, b) }];
  });
  return Plot.dot(points.slice(0, most), { x: 'x', y: 'y', r: 1.2, fill: 'currentColor', ...options });
}

function isWithin({ domain: [low, high] }: NumberAxis, number: number): boolean {
  return number >= low && number <= high;
}

function placeAt(axis: Axis, place: number, name = 'x'): Record<string, string | number | Date> {
  if (axis.kind === 'category') return { [name]: axis.labels[place]! };
  const [low, high] = axis.bins[place]!;
  return { [`${name}1`]: at(axis, low), [`${name}2`]: at(axis, high) };
}

/** A number as the axis has it: Plot shows dates where it gets them. */
function at({ kind }: NumberAxis, number: number): number | Date {
  return kind === 'date' ? new Date(number) : number;
}

/** The options of a scale. */
export function scaleOf(axis: Axis): Plot.ScaleOptions {
  if (axis.kind === 'category') {
    return { domain: axis.labels, label: null, tickSize: 0, ...(isTilted(axis) && { tickRotate: -30 }) };
  }
  const shared = { domain: axis.domain.map((end) => at(axis, end)), label: null };
  if (axis.kind === 'date') return { ...shared, type: 'utc', ticks: 4 };
  const isLarge = Math.max(...axis.domain.map(Math.abs)) >= 10_000;
  return { ...shared, ticks: 5, ...(isLarge && { tickFormat: '~s' }), ...(axis.isLog && { type: 'log' }) };
}

/** Characters of all labels of categories. */
function lengthOf(axis: Axis): number {
  return axis.kind === 'category' ? axis.labels.join('').length : 0;
}

/** Whether labels are too long to stand side by side. */
function isTilted(axis: Axis): boolean {
  return CHARACTER * lengthOf(axis) > 0.6 * PAIR_WIDTH;
}

function longest(axis: Axis): number {
  return axis.kind === 'category' ? Math.max(...axis.labels.map((label) => label.length)) : 0;
}

function marginOf(axis: Axis): number {
  return axis.kind === 'category' ? 14 + CHARACTER * Math.max(4, longest(axis)) : 48;
}

function svg(width: number, height: number, label: string, options: Plot.PlotOptions): string {
  const plot = plotted([0, 0], { width, height, marginTop: 8, ...options });
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">${plot}</svg>`;
}

/** A text in HTML. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
