import * as Plot from '@observablehq/plot';
import type { ColumnDescription, Row } from 'tfjs-generative/tables';
import { plotted } from '../shared/figures/plotted.js';
import { axisOf, numberOf, sharesOf, sizeOf, type Axis, type CategoryAxis, type NumberAxis } from './axis.js';

/** Real rows, and rows of a model. */
export interface Sides {
  readonly real: readonly Row[];
  readonly made: readonly Row[];
}

const [WIDTH, HEIGHT, PAIR_HEIGHT] = [340, 170, 260];
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
    x: horizontal(axis),
    y: { axis: null, domain: [0, Math.max(...real, ...made)] },
    marks: [
      Plot.rectY(bins, { x1: 'low', x2: 'high', y: 'real', fill: 'var(--pale-second)', inset: 0 }),
      Plot.lineY([ends[0]!, ...line, ends[1]!], { x: 'x', y: 'y', stroke: 'var(--first)', strokeWidth: 1.5 }),
      Plot.ruleY([0], { stroke: 'var(--outline)' }),
    ],
  });
}

/** The joint distribution of two columns: two charts with the same axes, of real rows and of those of a model. */
export function pairCharts(columns: readonly [ColumnDescription, ColumnDescription], { real, made }: Sides): string[] {
  const axes = columns.map((column) => axisOf(column, real, PAIR_BINS));
  // numbers are easier to read from left to right, and categories from top to bottom
  const [x, y] = (axes[1]!.kind === 'category' ? axes : axes.reverse()) as [Axis, Axis];
  const sides = [
    { rows: real, colour: 'var(--second)', name: 'real' },
    { rows: made, colour: 'var(--first)', name: 'made' },
  ];
  const isScatter = x.kind !== 'category' && y.kind !== 'category';
  const joint = sides.map(({ rows }) => sharesOf(rows, [x, y]));
  const largest = Math.max(...joint.flat());
  return sides.map(({ colour, name }, side) =>
    svg(WIDTH, isScatter ? PAIR_HEIGHT : Math.max(HEIGHT, 64 + LINE * sizeOf(y)), `${x.name} and ${y.name}, ${name}`, {
      marginLeft: marginOf(y),
      marginRight: 16,
      marginTop: 24,
      marginBottom: 44,
      x: { ...horizontal(x), label: x.name, labelAnchor: 'center', labelArrow: 'none', labelOffset: 38 },
      y: {
        ...(y.kind === 'category' ? { domain: y.labels, tickSize: 0 } : { ...horizontal(y), grid: false }),
        label: y.name,
        labelArrow: 'none',
      },
      marks: [Plot.frame({ stroke: 'var(--edge)' }), marks(side)],
    }).replace('<svg', `<svg style="color: ${colour}"`),
  );

  function marks(side: number): Plot.Markish {
    if (isScatter) return dots(sides[side]!.rows.slice(0, DOTS), x, y);
    const cells = joint[side]!.map((share, i) => ({
      ...spread(x, Math.floor(i / sizeOf(y))),
      y: (y as CategoryAxis).labels[i % sizeOf(y)],
      opacity: Math.sqrt(share / largest),
    })).filter(({ opacity }) => opacity > 0.02);
    const place = { y: 'y', fill: 'currentColor', fillOpacity: 'opacity', inset: 0.5 } as const;
    return x.kind === 'category'
      ? Plot.cell(cells, { ...place, x: 'x' })
      : Plot.barX(cells, { ...place, x1: 'x1', x2: 'x2' });
  }
}

/** Rows as dots; rows without one of the cells are left out. */
export function dots(rows: readonly Row[], x: NumberAxis, y: NumberAxis, options: Plot.DotOptions = {}): Plot.Markish {
  const points = rows.flatMap((row) => {
    const [a, b] = [numberOf(row[x.name]), numberOf(row[y.name])];
    return a === undefined || b === undefined || !isWithin(x, a) || !isWithin(y, b)
      ? []
      : [{ x: at(x, a), y: at(y, b) }];
  });
  return Plot.dot(points, { x: 'x', y: 'y', r: 1.2, fill: 'currentColor', ...options });
}

function isWithin({ domain: [low, high] }: NumberAxis, number: number): boolean {
  return number >= low && number <= high;
}

function spread(axis: Axis, place: number) {
  if (axis.kind === 'category') return { x: axis.labels[place] };
  const [low, high] = axis.bins[place]!;
  return { x1: at(axis, low), x2: at(axis, high) };
}

/** A number as the axis has it: Plot shows dates where it gets them. */
function at({ kind }: NumberAxis, number: number): number | Date {
  return kind === 'date' ? new Date(number) : number;
}

/** The options of a horizontal scale. */
export function horizontal(axis: Axis): Plot.ScaleOptions {
  if (axis.kind === 'category') {
    const isLong = axis.labels.join('').length * CHARACTER > 0.6 * WIDTH;
    return { domain: axis.labels, label: null, tickSize: 0, ...(isLong && { tickRotate: -30 }) };
  }
  const domain = axis.domain.map((end) => at(axis, end));
  const isLarge = axis.kind === 'number' && Math.max(...axis.domain.map(Math.abs)) >= 10_000;
  return {
    domain,
    label: null,
    ticks: 5,
    ...(axis.kind === 'date' ? { type: 'utc' } : {}),
    ...(isLarge && { tickFormat: '~s' }),
  };
}

function marginOf(axis: Axis): number {
  if (axis.kind !== 'category') return 48;
  return 14 + CHARACTER * Math.max(4, ...axis.labels.map((label) => label.length));
}

function svg(width: number, height: number, label: string, options: Plot.PlotOptions): string {
  const plot = plotted([0, 0], { width, height, marginTop: 8, ...options });
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">${plot}</svg>`;
}

/** A text in HTML. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
