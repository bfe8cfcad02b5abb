import * as Plot from '@observablehq/plot';
import { card } from '../shared/figures/card.js';
import { plotted } from '../shared/figures/plotted.js';

/** Points in the plane, [x, y]. */
export type Points = readonly (readonly number[])[];

/** One panel: points, and on top of them arrows or paths. */
export interface Panel {
  readonly title: string;
  readonly points: Points;
  /** Whether the points are only the ground of what is drawn on top of them. */
  readonly pale?: boolean;
  readonly arrows?: readonly Arrow[];
  /** The places of each point that moves, from its start to its end. */
  readonly paths?: readonly Points[];
}

export interface Arrow {
  readonly from: readonly [x: number, y: number];
  readonly velocity: readonly number[];
}

/** A panel shows the square of this half side. */
const REACH = 2.8;
/** Arrows in a row of a panel. */
const ARROWS = 9;
const [SPACING, LONGEST] = [(2 * REACH) / ARROWS, 0.95];
const [WIDTH, PANEL, TITLE] = [760, 112, 24];

/** The positions of a panel's arrows. */
export function arrowPlaces(): [number, number][] {
  const place = (i: number): number => (i - (ARROWS - 1) / 2) * SPACING;
  return Array.from({ length: ARROWS ** 2 }, (_, i) => [place(i % ARROWS), place(Math.floor(i / ARROWS))]);
}

/** Panels in rows, the first row at the top, as an SVG file. */
export function picture(panels: readonly Panel[], columns: number): string {
  const rows = Math.ceil(panels.length / columns);
  const height = rows * (PANEL + TITLE) + 56;
  const placed = panels.map((panel, i) => ({ ...panel, fx: i % columns, fy: Math.floor(i / columns) }));
  const spots = placed.flatMap(({ points, pale, fx, fy }) => points.map(([x, y]) => ({ x, y, pale, fx, fy })));
  const arrows = placed.flatMap(({ arrows = [], fx, fy }) => arrows.map((arrow) => ({ ...ends(arrow), fx, fy })));
  const steps = placed.flatMap(({ paths = [], fx, fy }) =>
    paths.flatMap((path, z) => path.map(([x, y]) => ({ x, y, z, fx, fy }))),
  );
  const tips = placed.flatMap(({ paths = [], fx, fy }) =>
    paths.map((path) => ({ x: path.at(-1)![0], y: path.at(-1)![1], fx, fy })),
  );
  const at = { fx: 'fx', fy: 'fy', x: 'x', y: 'y', clip: true } as const;
  const axis = { domain: [-REACH, REACH], ticks: [-2, 0, 2], tickFormat: String, labelArrow: 'none' } as const;
  const plot = plotted([0, 0], {
    width: WIDTH,
    height,
    marginTop: TITLE + 8,
    marginLeft: 40,
    marginRight: 12,
    marginBottom: 44,
    fx: { axis: null, padding: 0.06 },
    fy: { axis: null, padding: 0.19 },
    x: { ...axis, label: 'x and y, in standard deviations of the data', labelAnchor: 'center', labelOffset: 36 },
    y: { ...axis, label: null },
    marks: [
      Plot.frame({ stroke: 'var(--edge)' }),
      Plot.dot(
        spots.filter(({ pale }) => pale),
        { ...at, r: 1, fill: 'var(--place)' },
      ),
      Plot.dot(
        spots.filter(({ pale }) => !pale),
        { ...at, r: 0.7, fill: 'var(--second)' },
      ),
      Plot.arrow(arrows, {
        fx: 'fx',
        fy: 'fy',
        x1: 'x1',
        y1: 'y1',
        x2: 'x2',
        y2: 'y2',
        stroke: 'var(--second)',
        strokeWidth: 1,
        headLength: 5,
      }),
      Plot.line(steps, { ...at, z: 'z', stroke: 'var(--first)', strokeWidth: 1 }),
      Plot.dot(tips, { ...at, r: 1.5, fill: 'var(--second)' }),
      Plot.text(placed, { fx: 'fx', fy: 'fy', text: 'title', frameAnchor: 'top', dy: -16, fill: 'currentColor' }),
    ],
  });
  return card([WIDTH, height], plot);
}

/** Length shows speed: half of the greatest length is speed 1. */
function ends({ from: [x1, y1], velocity: [u, v] }: Arrow) {
  const speed = Math.hypot(u!, v!);
  const length = (LONGEST * SPACING) / (1 + speed);
  return { x1, y1, x2: x1 + length * u!, y2: y1 + length * v! };
}
