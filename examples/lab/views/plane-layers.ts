import type { Family } from '../experiment/fields.js';
import { GRID, HEAT, PATHS, STOPS } from '../training/sizes.js';
import { drawArrows, drawDots, drawLines, drawMark, type Canvas, type ColorName, type Placing } from './canvas.js';
import { columns } from './latents.js';
import { REACH } from '../experiment/points.js';
import { levelsOfPaths } from './levels.js';
import type { Seen } from './view.js';

/** One of the things that lie on top of each other in the plane; its name is that of an array of a frame, or `data`. */
export interface Layer {
  readonly name: string;
  readonly label: string;
  readonly families: readonly Family[];
  /** Its colour, as the legend has it. */
  readonly color: ColorName;
  /** Whether it is shown at first. */
  readonly isShown: boolean;
  draw(canvas: Canvas, place: Placing, points: Float32Array, seen: Seen): void;
}

const all: readonly Family[] = ['vae', 'gan', 'diffusion', 'drifting'];

/** From the bottom to the top. */
const layers: readonly Layer[] = [
  { name: 'heat', label: 'D(x)', color: 'high', families: ['gan'], isShown: true, draw: drawHeat },
  {
    name: 'data',
    label: 'Data',
    color: 'data',
    families: all,
    isShown: true,
    draw: (canvas, place, points) => drawDots(canvas, place, points, canvas.colors.data, 1.4),
  },
  {
    name: 'noised',
    label: 'Noisy data',
    color: 'third',
    families: ['diffusion'],
    isShown: false,
    draw: (canvas, place, points) => drawDots(canvas, place, points, canvas.colors.third, 1.6),
  },
  {
    name: 'warp',
    label: 'Latent grid',
    color: 'third',
    families: ['vae', 'gan', 'drifting'],
    isShown: false,
    draw: (canvas, place, points) => drawLines(canvas, place, points, GRID.points, canvas.colors.third),
  },
  {
    name: 'field',
    label: 'Direction to the data',
    color: 'faint',
    families: ['diffusion'],
    isShown: true,
    draw: (canvas, place, arrows) => drawArrows(canvas, place, arrows, canvas.colors.faint, 26),
  },
  {
    name: 'paths',
    label: 'Paths of samples',
    color: 'third',
    families: ['diffusion'],
    isShown: false,
    draw: drawPaths,
  },
  {
    name: 'reconstruction',
    label: 'Reconstructions',
    color: 'faint',
    families: ['vae'],
    isShown: true,
    draw: drawReconstruction,
  },
  {
    name: 'samples',
    label: 'Samples',
    color: 'samples',
    families: all,
    isShown: true,
    draw: (canvas, place, points) => drawDots(canvas, place, points, canvas.colors.samples, 2),
  },
  {
    name: 'now',
    label: 'Current samples of G',
    color: 'text',
    families: ['gan'],
    isShown: false,
    draw: (canvas, place, points) => drawDots(canvas, place, points, canvas.colors.text, 2.5),
  },
  {
    name: 'arrows',
    label: 'Gradient for G',
    color: 'text',
    families: ['gan'],
    isShown: true,
    draw: drawMoves,
  },
  {
    name: 'drift',
    label: 'Drift',
    color: 'text',
    families: ['drifting'],
    isShown: true,
    draw: drawMoves,
  },
  {
    name: 'interpolation',
    label: 'Between two points',
    color: 'third',
    families: ['vae'],
    isShown: true,
    draw(canvas, place, rows) {
      const way = columns(rows, 2);
      drawLines(canvas, place, way, STOPS, canvas.colors.third);
      drawDots(canvas, place, way, canvas.colors.third, 3);
    },
  },
  {
    name: 'decoded',
    label: 'Decoded mark',
    color: 'third',
    families: ['vae'],
    isShown: true,
    draw: (canvas, place, [x, y]) => drawMark(canvas, [place.x(x!), place.y(y!)], canvas.colors.third),
  },
];

/** The layers of a family, from the bottom to the top. */
export const layersOf = (family: Family): readonly Layer[] =>
  layers.filter(({ families }) => families.includes(family));

/** Points with arrows. */
function drawMoves(canvas: Canvas, place: Placing, arrows: Float32Array): void {
  drawDots(canvas, place, columns(arrows, 0), canvas.colors.text, 1.5);
  drawArrows(canvas, place, arrows, canvas.colors.text, 28);
}

/** Probabilities of being real: one colour for 0, another for 1, nothing for a half. */
function drawHeat({ context, colors }: Canvas, place: Placing, heat: Float32Array): void {
  // whole pixels: cells that overlap would show their edges
  const edge = (from: number, cell: number): number => Math.round(from + (cell * 2 * REACH * place.unit) / HEAT);
  const [left, top] = [place.x(-REACH), place.y(REACH)];
  for (let i = 0; i < heat.length; i++) {
    const certainty = 2 * heat[i]! - 1;
    context.globalAlpha = Math.min(1, Math.abs(certainty)) * 0.55;
    context.fillStyle = certainty > 0 ? colors.high : colors.low;
    const [column, row] = [i % HEAT, Math.floor(i / HEAT)];
    const [x, y] = [edge(left, column), edge(top, row)];
    context.fillRect(x, y, edge(left, column + 1) - x, edge(top, row + 1) - y);
  }
  context.globalAlpha = 1;
}

/** `[stops, 1 + paths, 2]`, from noise to samples: the way down to the noise level that is looked at, and where each is there. */
function drawPaths(canvas: Canvas, place: Placing, stops: Float32Array, { look }: Seen): void {
  const { length, points } = waysTo(stops, look.noise);
  drawLines(canvas, place, points, length, canvas.colors.third);
  const ends = points.filter((_, i) => Math.floor(i / 2) % length === length - 1);
  drawDots(canvas, place, ends, canvas.colors.samples, 2.5);
}

/** Ways of `length` points each, from pure noise down to a noise level. In each stop its own level stands first. */
export function waysTo(stops: Float32Array, noise: number) {
  const row = 2 * (1 + PATHS);
  const levels = levelsOfPaths(stops);
  // the last stop with at least as much noise, and how far it is from there to the next
  const whole = Math.max(0, levels.filter((level) => level >= noise).length - 1);
  const next = Math.min(levels.length - 1, whole + 1);
  const drop = levels[whole]! - levels[next]!;
  const share = drop > 0 ? Math.max(0, (levels[whole]! - noise) / drop) : 0;
  const length = whole + 2;
  const points = new Float32Array(PATHS * 2 * length);
  for (let path = 0; path < PATHS; path++) {
    for (let stop = 0; stop < length; stop++) {
      for (const axis of [0, 1]) {
        const at = (k: number): number => stops[k * row + 2 * (1 + path) + axis]!;
        points[2 * (path * length + stop) + axis] =
          stop <= whole ? at(stop) : at(whole) + share * (at(next) - at(whole));
      }
    }
  }
  return { length, points };
}

/** A line from each of some data points to its reconstruction. */
function drawReconstruction(canvas: Canvas, place: Placing, points: Float32Array, { data }: Seen): void {
  const pairs = new Float32Array(2 * points.length);
  for (let i = 0; i < points.length; i += 2) {
    pairs.set([data[i]!, data[i + 1]!, points[i]!, points[i + 1]!], 2 * i);
  }
  drawLines(canvas, place, pairs, 2, canvas.colors.faint);
}
