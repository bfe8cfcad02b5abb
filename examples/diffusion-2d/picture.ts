import * as tf from '@tensorflow/tfjs';
import { imageGrid } from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';

/** Points in the plane, [x, y]. */
export type Points = readonly (readonly number[])[];

/** Width and height of a panel in pixels. */
const SIZE = 176;
/** A panel shows the square of this half side. */
const REACH = 2.8;
/** Pixels between two arrows, of the longest arrow, and of its head. */
const [SPACING, LONGEST, HEAD] = [16, 15, 4];
/** Shades of a colour: a few, so that the file is small. */
const SHADES = 16;

type Colour = readonly [number, number, number];
const PAPER = 1;
const PALE: Colour = [0.98, 0.8, 0.55];
const ORANGE: Colour = [0.85, 0.45, 0.1];
const BLUE: Colour = [0.1, 0.25, 0.5];

/** Points, as one panel. */
export function pointsPanel(points: Points): Float32Array {
  const canvas = createCanvas();
  for (const point of points) canvas.dot(canvas.place(point), BLUE, 0.8);
  return canvas.pixels;
}

/** Arrows from the given positions, drawn over points; length shows speed, and half of the greatest length is speed 1. */
export function arrowsPanel(points: Points, places: Points, velocities: Points): Float32Array {
  const canvas = createCanvas();
  for (const point of points) canvas.dot(canvas.place(point), PALE, 1);
  places.forEach((begin, i) => {
    const [u, v] = velocities[i]!;
    const speed = Math.hypot(u!, v!);
    const length = (LONGEST * speed) / (1 + speed);
    const [column, row] = canvas.place(begin);
    const angle = Math.atan2(-v!, u!);
    const tip = [column + length * Math.cos(angle), row + length * Math.sin(angle)] as const;
    canvas.line([column, row], tip, BLUE);
    for (const turn of [0.85 * Math.PI, -0.85 * Math.PI]) {
      const head = Math.min(HEAD, length / 2);
      canvas.line(tip, [tip[0] + head * Math.cos(angle + turn), tip[1] + head * Math.sin(angle + turn)], BLUE);
    }
  });
  return canvas.pixels;
}

/** The paths of some points to their ends, drawn over points. */
export function pathsPanel(points: Points, states: readonly Points[]): Float32Array {
  const canvas = createCanvas();
  for (const point of points) canvas.dot(canvas.place(point), PALE, 1);
  states.slice(1).forEach((ends, s) => {
    ends.forEach((end, i) => canvas.line(canvas.place(states[s]![i]!), canvas.place(end), ORANGE));
  });
  for (const end of states.at(-1)!) {
    const [column, row] = canvas.place(end);
    for (const [right, down] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const)
      canvas.dot([column + right, row + down], BLUE, 1);
  }
  return canvas.pixels;
}

/** The positions of a panel's arrows. */
export function arrowPlaces(): [number, number][] {
  const count = Math.floor(SIZE / SPACING);
  const place = (i: number): number => ((i - (count - 1) / 2) * SPACING * 2 * REACH) / SIZE;
  return Array.from({ length: count ** 2 }, (_, i) => [place(i % count), place(Math.floor(i / count))]);
}

/** Panels in rows, the first row at the top, as a PNG file. */
export async function drawPanels(panels: readonly Float32Array[], columns: number): Promise<Uint8Array> {
  const image = tf.tidy(() => {
    const all = tf.stack(panels.map((pixels) => tf.tensor(pixels, [SIZE, SIZE, 3])));
    return imageGrid(tf.div(tf.round(tf.mul(all, SHADES)), SHADES), { columns, gap: 4, background: 0.85 });
  });
  const png = await encodePng(image);
  image.dispose();
  return png;
}

type Place = readonly [column: number, row: number];

/** A panel to draw on. */
interface Canvas {
  /** `[SIZE, SIZE, 3]`, in [0, 1]. */
  readonly pixels: Float32Array;
  /** Where a point lies, in pixels. */
  place(point: readonly number[]): Place;
  dot(place: Place, colour: Colour, cover: number): void;
  line(from: Place, to: Place, colour: Colour): void;
}

function createCanvas(): Canvas {
  const pixels = new Float32Array(SIZE * SIZE * 3).fill(PAPER);
  const dot = ([column, row]: Place, colour: Colour, cover: number): void => {
    const [x, y] = [Math.round(column), Math.round(row)];
    if (x < 0 || y < 0 || x >= SIZE || y >= SIZE) return;
    const at = (y * SIZE + x) * 3;
    for (let c = 0; c < 3; c++) pixels[at + c] = pixels[at + c]! * (1 - cover) + colour[c]! * cover;
  };
  return {
    pixels,
    place: ([x, y]) => [((x! / REACH + 1) / 2) * (SIZE - 1), ((1 - y! / REACH) / 2) * (SIZE - 1)],
    dot,
    /** Smooth: a step along the longer axis covers the two pixels beside the line by its distance to them. */
    line([x0, y0], [x1, y1], colour) {
      const length = Math.max(1, Math.round(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))));
      const isSteep = Math.abs(y1 - y0) > Math.abs(x1 - x0);
      for (let k = 0; k <= length; k++) {
        const [x, y] = [x0 + ((x1 - x0) * k) / length, y0 + ((y1 - y0) * k) / length];
        const across = isSteep ? x : y;
        const part = across - Math.floor(across);
        dot(isSteep ? [Math.floor(x), y] : [x, Math.floor(y)], colour, 1 - part);
        dot(isSteep ? [Math.floor(x) + 1, y] : [x, Math.floor(y) + 1], colour, part);
      }
    },
  };
}
