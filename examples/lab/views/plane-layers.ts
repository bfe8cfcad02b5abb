import type { Family } from '../experiment/fields.js';
import { GRID, HEAT } from '../training/sizes.js';
import { drawArrows, drawDots, drawLines, type Canvas, type Placing } from './canvas.js';
import { REACH } from '../experiment/points.js';
import type { Seen } from './view.js';

/** One of the things that lie on top of each other in the plane; its name is that of an array of a frame, or `data`. */
export interface Layer {
  readonly name: string;
  readonly label: string;
  readonly families: readonly Family[];
  /** Whether it is shown at first. */
  readonly isShown: boolean;
  draw(canvas: Canvas, place: Placing, points: Float32Array, seen: Seen): void;
}

const all: readonly Family[] = ['vae', 'gan', 'diffusion'];

/** From the bottom to the top. */
const layers: readonly Layer[] = [
  { name: 'heat', label: 'D(x)', families: ['gan'], isShown: true, draw: drawHeat },
  {
    name: 'data',
    label: 'Data',
    families: all,
    isShown: true,
    draw: (canvas, place, points) => drawDots(canvas, place, points, canvas.colors.data, 1.4),
  },
  {
    name: 'noised',
    label: 'Noised data',
    families: ['diffusion'],
    isShown: false,
    draw: (canvas, place, points) => drawDots(canvas, place, points, canvas.colors.third, 1.6),
  },
  {
    name: 'warp',
    label: 'Latent grid',
    families: ['vae', 'gan'],
    isShown: false,
    draw: (canvas, place, points) => drawLines(canvas, place, points, GRID.points, canvas.colors.third),
  },
  {
    name: 'field',
    label: 'Way to the data',
    families: ['diffusion'],
    isShown: true,
    draw: (canvas, place, arrows) => drawArrows(canvas, place, arrows, canvas.colors.faint, 26),
  },
  {
    name: 'paths',
    label: 'Paths of samples',
    families: ['diffusion'],
    isShown: false,
    draw: drawPaths,
  },
  {
    name: 'reconstruction',
    label: 'Reconstructions',
    families: ['vae'],
    isShown: true,
    draw: drawReconstruction,
  },
  {
    name: 'samples',
    label: 'Samples',
    families: all,
    isShown: true,
    draw: (canvas, place, points) => drawDots(canvas, place, points, canvas.colors.samples, 2),
  },
  {
    name: 'arrows',
    label: 'Gradient for G',
    families: ['gan'],
    isShown: true,
    draw: (canvas, place, arrows) => drawArrows(canvas, place, arrows, canvas.colors.text, 28),
  },
];

/** The layers of a family, from the bottom to the top. */
export const layersOf = (family: Family): readonly Layer[] =>
  layers.filter(({ families }) => families.includes(family));

/** Probabilities of being real: one colour for 0, another for 1, nothing for a half. */
function drawHeat({ context, colors }: Canvas, place: Placing, heat: Float32Array): void {
  const size = (2 * REACH * place.unit) / HEAT;
  const [left, top] = [place.x(-REACH), place.y(REACH)];
  for (let i = 0; i < heat.length; i++) {
    const certainty = 2 * heat[i]! - 1;
    context.globalAlpha = Math.min(1, Math.abs(certainty)) * 0.55;
    context.fillStyle = certainty > 0 ? colors.high : colors.low;
    const [column, row] = [i % HEAT, Math.floor(i / HEAT)];
    context.fillRect(left + column * size, top + row * size, size + 0.5, size + 0.5);
  }
  context.globalAlpha = 1;
}

/** `[stops, paths, 2]`, from noise to samples. */
function drawPaths(canvas: Canvas, place: Placing, stops: Float32Array, { experiment }: Seen): void {
  const count = stops.length / 2 / (experiment.calls + 1);
  if (!Number.isInteger(count)) return;
  const turned = new Float32Array(stops.length);
  const length = experiment.calls + 1;
  for (let stop = 0; stop < length; stop++) {
    for (let path = 0; path < count; path++) {
      const [from, to] = [2 * (stop * count + path), 2 * (path * length + stop)];
      turned[to] = stops[from]!;
      turned[to + 1] = stops[from + 1]!;
    }
  }
  drawLines(canvas, place, turned, length, canvas.colors.third);
}

/** A line from each of some data points to its reconstruction. */
function drawReconstruction(canvas: Canvas, place: Placing, points: Float32Array, { data }: Seen): void {
  const pairs = new Float32Array(2 * points.length);
  for (let i = 0; i < points.length; i += 2) {
    pairs.set([data[i]!, data[i + 1]!, points[i]!, points[i + 1]!], 2 * i);
  }
  drawLines(canvas, place, pairs, 2, canvas.colors.faint);
}
