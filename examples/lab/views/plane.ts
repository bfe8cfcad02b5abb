import { drawTicks, placing, type Canvas } from './canvas.js';
import { layersOf } from './plane-layers.js';
import type { Seen } from './view.js';

/** Draws data, samples and what else is chosen, on top of each other. */
export function drawPlane(canvas: Canvas, seen: Seen, shown: readonly string[]): void {
  const place = placing(canvas);
  drawTicks(canvas, place);
  for (const { name, draw } of layersOf(seen.experiment.family)) {
    if (!shown.includes(name)) continue;
    const points = name === 'data' ? seen.data.subarray(0, 2_048) : seen.frame.arrays[name];
    if (points !== undefined) draw(canvas, place, points, seen);
  }
}
