import * as Plot from '@observablehq/plot';
import { card } from '../shared/figures/card.js';
import { plotted } from '../shared/figures/plotted.js';
import type { Target } from './targets.js';

/** Samples after some updates. */
export interface Panel {
  readonly updates: number;
  /** In the units of the target's centers. */
  readonly points: readonly (readonly number[])[];
}

const COLUMNS = 3;
/** A panel shows the square that reaches this multiple of the outermost center. */
const MARGIN = 1.2;
/** Number of points in a panel: more would become a blot. */
const MAX_POINTS = 800;
const [WIDTH, PANEL, TITLE] = [680, 204, 22];

/** Panels in rows of three, as an SVG file: samples on top of the circles of 3 standard deviations around the modes. */
export function picture({ centers, standardDeviation }: Target, panels: readonly Panel[]): string {
  const reach = MARGIN * Math.max(...centers.flat().map(Math.abs));
  const rows = Math.ceil(panels.length / COLUMNS);
  const height = rows * (PANEL + TITLE) + 50;
  const placed = panels.map((panel, i) => ({ ...panel, fx: i % COLUMNS, fy: Math.floor(i / COLUMNS) }));
  const samples = placed.flatMap(({ points, fx, fy }) =>
    points.slice(0, MAX_POINTS).map(([x, y]) => ({ x, y, fx, fy })),
  );
  const facet = { fx: 'fx', fy: 'fy' };
  const ticks = [-4, -2, 0, 2, 4].filter((tick) => Math.abs(tick) < reach);
  const axis = { domain: [-reach, reach], ticks, tickFormat: String, labelArrow: 'none' } as const;
  const plot = plotted([0, 0], {
    width: WIDTH,
    height,
    marginTop: TITLE + 8,
    marginLeft: 44,
    marginRight: 12,
    marginBottom: 42,
    fx: { axis: null, padding: 0.06 },
    fy: { axis: null, padding: 0.11 },
    x: { ...axis, label: 'x and y, in units of the data', labelAnchor: 'center', labelOffset: 36 },
    y: { ...axis, label: null },
    marks: [
      Plot.frame({ stroke: 'var(--edge)' }),
      Plot.dot(
        placed.flatMap(({ fx, fy }) => centers.map(([x, y]) => ({ x, y, fx, fy }))),
        { ...facet, x: 'x', y: 'y', r: (3 * standardDeviation * PANEL) / (2 * reach) + 1, fill: 'var(--place)' },
      ),
      Plot.dot(samples, { ...facet, x: 'x', y: 'y', r: 0.7, fill: 'var(--second)', clip: true }),
      Plot.text(placed, {
        ...facet,
        text: ({ updates }: Panel) => `${updates.toLocaleString('en')} updates`,
        frameAnchor: 'top',
        dy: -16,
        fill: 'currentColor',
      }),
    ],
  });
  return card([WIDTH, height], plot);
}
