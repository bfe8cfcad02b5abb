// One small chart for each column: real rows in grey, made rows in colour.
import * as Plot from '@observablehq/plot';
import type { ColumnBars } from './bars.js';
import { make } from './dom.js';
import type { PairPoints } from './pair.js';
import type { LearnedRows } from './worker.js';

const HEIGHT = 130;
const percent = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;

/** Draws the charts again. */
export function drawCharts(place: HTMLElement, { bars, pair }: LearnedRows): void {
  const figureOf = (title: string) => make('figure', {}, make('figcaption', { title }, title));
  const figures = bars.map(({ name }) => figureOf(name));
  const last = pair && figureOf(pair.columns.join(' and '));
  place.replaceChildren(...figures, ...(last ? [last] : []));
  const width = Math.floor(figures[0]!.clientWidth);
  const plot = (name: string, options: Plot.PlotOptions): Element => {
    const style = { fontSize: '12px' };
    return Plot.plot({ width, height: HEIGHT, marginTop: 6, marginRight: 8, style, ariaLabel: name, ...options });
  };
  bars.forEach((column, i) => {
    const options = typeof column.bins[0] === 'string' ? categories(column) : numbers(column);
    figures[i]!.append(plot(`Values of ${column.name}`, options), missingIn(column));
  });
  last?.append(plot(`Points of ${pair!.columns.join(' and ')}`, points(pair!)));
}

function missingIn({ missing: { real, made } }: ColumnBars): Node {
  return make('small', {}, real > 0 ? `missing: ${percent(real)}, made ${percent(made)}` : '');
}

function points({ real, made }: PairPoints): Plot.PlotOptions {
  const axis = { label: null, ticks: 4, nice: true };
  return {
    marginLeft: 44,
    marginBottom: 24,
    x: axis,
    y: axis,
    marks: [
      Plot.dot(real, { x: '0', y: '1', r: 2, fill: 'var(--real)' }),
      Plot.dot(made, { x: '0', y: '1', r: 1.5, fill: 'var(--made)', fillOpacity: 0.7 }),
    ],
  };
}

function numbers({ bins, isDate, real, made }: ColumnBars): Plot.PlotOptions {
  const at = (i: number) => (isDate ? new Date(bins[i] as number) : (bins[i] as number));
  const bars = real.map((share, i) => ({ from: at(i), to: at(i + 1), share }));
  // the last point ends the last step
  const steps = [...made, made.at(-1)!].map((share, i) => ({ x: at(i), share }));
  const step = { x: 'x', y: 'share', curve: 'step-after' } as const;
  return {
    marginLeft: 8,
    marginBottom: 24,
    x: { label: null, ticks: 4, ...(isDate ? { type: 'utc' } : {}) },
    y: { axis: null },
    marks: [
      Plot.rectY(bars, { x1: 'from', x2: 'to', y: 'share', fill: 'var(--real)', insetLeft: 0.5, insetRight: 0.5 }),
      Plot.areaY(steps, { ...step, fill: 'var(--made)', fillOpacity: 0.12 }),
      Plot.line(steps, { ...step, stroke: 'var(--made)', strokeWidth: 1.5 }),
      Plot.ruleY([0], { stroke: 'var(--line)' }),
    ],
  };
}

function categories({ bins, real, made }: ColumnBars): Plot.PlotOptions {
  const rows = (bins as readonly string[]).map((name, i) => ({ name, real: real[i]!, made: made[i]! }));
  // thin, in the middle of the grey one
  const inset = Math.max(2, 40 / rows.length);
  return {
    marginLeft: 92,
    marginBottom: 6,
    x: { axis: null },
    y: { label: null, domain: bins as readonly string[], padding: 0.15 },
    marks: [
      Plot.barX(rows, { x: 'real', y: 'name', fill: 'var(--real)' }),
      Plot.barX(rows, { x: 'made', y: 'name', fill: 'var(--made)', insetTop: inset / 1.5, insetBottom: inset / 1.5 }),
      Plot.axisY({ tickSize: 0, lineWidth: 6.5, textOverflow: 'ellipsis', label: null }),
      Plot.ruleX([0], { stroke: 'var(--line)' }),
    ],
  };
}
