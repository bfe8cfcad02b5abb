import * as tf from '@tensorflow/tfjs-core';
import * as Plot from '@observablehq/plot';
import type { Denoiser, RandomStream } from 'tfjs-generative';
import { card } from '../shared/figures/card.js';
import { plotted } from '../shared/figures/plotted.js';
import { sample } from './model.js';
import { draw, type PointSet } from './sets.js';

/** Points in the plane, [x, y]. */
export type Points = readonly (readonly number[])[];

/** One panel: points, and on top of them arrows or paths. */
export interface Panel {
  readonly title: string;
  readonly points: Points;
  /** Whether the points are only the background of arrows or paths. */
  readonly pale?: boolean;
  readonly arrows?: readonly Arrow[];
  /** The positions of each moving point, from its start to its end. */
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

const POINTS = 500;
const PATHS = 60;
/** Steps of the sampler before which the points are shown, counted from 0: sigma is 0.95, 0.77, 0.42 and 0.27. */
const SHOWN = [8, 10, 12, 13];

/**
 * Two rows of panels, as an SVG file. Top: the points before some steps of the sampler, the samples, and data. Bottom: the field of each of
 * these steps, that of the last step, and the paths of some points from noise to their ends.
 */
export async function drawReverse(set: PointSet, denoiser: Denoiser, random: RandomStream): Promise<string> {
  const states: Points[] = [];
  const timesteps: number[] = [];
  const samples = await sample(denoiser, POINTS, random.fork('samples'), async ({ xt, timestep }) => {
    states.push((await xt.array()) as number[][]);
    timesteps.push(timestep);
  });
  states.push(await take(samples));
  const data = await take(draw(set, POINTS, random.fork('data')));
  const ends = states.at(-1)!;
  const noiseAt = (step: number): string =>
    `σ = ${Math.sqrt(1 - denoiser.schedule.alphaBar[timesteps[step]!]!).toFixed(2)}`;
  const fields: Panel[] = [];
  for (const step of [...SHOWN, timesteps.length - 1]) {
    const arrows = await field(denoiser, timesteps[step]!);
    fields.push({ title: `field, ${noiseAt(step)}`, points: states[step]!, pale: true, arrows });
  }
  const panels: Panel[] = [
    ...SHOWN.map((step) => ({ title: noiseAt(step), points: states[step]! })),
    { title: 'samples', points: ends },
    { title: 'data', points: data },
    ...fields,
    {
      title: 'paths',
      points: ends,
      pale: true,
      paths: Array.from({ length: PATHS }, (_, i) => states.map((points) => points[i]!)),
    },
  ];
  return picture(panels, panels.length / 2);
}

/** alpha = cos(angle), sigma = sin(angle): the velocity, alpha noise - sigma x_0, is dx / d angle. Samples go the other way. */
async function field(denoiser: Denoiser, timestep: number): Promise<Arrow[]> {
  const places = arrowPlaces();
  const velocities = await take(
    tf.tidy(() => {
      const timesteps = tf.fill([places.length], timestep, 'int32');
      const { sample: estimate, noise } = denoiser.estimate(tf.tensor2d(places), timesteps);
      const alphaBar = denoiser.schedule.alphaBar[timestep]!;
      return tf.sub(tf.mul(Math.sqrt(1 - alphaBar), estimate), tf.mul(Math.sqrt(alphaBar), noise));
    }),
  );
  return places.map((from, i) => ({ from, velocity: velocities[i]! }));
}

async function take(points: tf.Tensor): Promise<number[][]> {
  const values = (await points.array()) as number[][];
  points.dispose();
  return values;
}
