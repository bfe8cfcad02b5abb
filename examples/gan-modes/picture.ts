import * as tf from '@tensorflow/tfjs';
import { imageGrid } from 'tfjs-generative';
import { encodePng } from 'tfjs-generative/node';
import type { Target } from './targets.js';

/** Width and height of a panel in pixels. */
const SIZE = 220;
/** A panel shows the square that reaches this multiple of the outermost center. */
const MARGIN = 1.25;
const [PAPER, MODE, POINT] = [
  [1, 1, 1],
  [0.98, 0.8, 0.55],
  [0.1, 0.25, 0.5],
] as const;

/** Points drawn over the circles of 3 standard deviations around the modes, as one panel `[SIZE, SIZE, 3]`. */
export function panel({ centers, standardDeviation }: Target, points: readonly (readonly number[])[]): Float32Array {
  const pixels = new Float32Array(SIZE * SIZE * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = PAPER[i % 3]!;
  const reach = MARGIN * Math.max(...centers.flat().map(Math.abs));
  const place = (x: number): number => Math.round(((x / reach + 1) / 2) * (SIZE - 1));
  const paint = (column: number, row: number, colour: readonly number[], cover: number): void => {
    if (column < 0 || row < 0 || column >= SIZE || row >= SIZE) return;
    for (let c = 0; c < 3; c++) {
      const at = (row * SIZE + column) * 3 + c;
      pixels[at] = pixels[at]! * (1 - cover) + colour[c]! * cover;
    }
  };
  const radius = ((3 * standardDeviation) / reach / 2) * SIZE + 1;
  for (const [x, y] of centers) {
    for (let dy = -Math.ceil(radius); dy <= radius; dy++) {
      for (let dx = -Math.ceil(radius); dx <= radius; dx++) {
        if (Math.hypot(dx, dy) <= radius) paint(place(x) + dx, place(-y) + dy, MODE, 1);
      }
    }
  }
  for (const [x, y] of points) paint(place(x!), place(-y!), POINT, 0.6);
  return pixels;
}

/** Panels in rows, the first row at the top, as a PNG file. */
export async function drawPanels(panels: readonly Float32Array[], columns: number): Promise<Uint8Array> {
  const image = tf.tidy(() => {
    const all = tf.stack(panels.map((pixels) => tf.tensor(pixels, [SIZE, SIZE, 3])));
    return imageGrid(all, { columns, gap: 4, background: 0.85 });
  });
  const png = await encodePng(image);
  image.dispose();
  return png;
}
