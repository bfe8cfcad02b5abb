// The run as a moving picture. The library that writes it is loaded when one is asked for.
import { drawWords, readColors, type Canvas } from '../views/canvas.js';
import { drawPlane } from '../views/plane.js';
import { samples } from '../views/samples.js';
import type { Seen } from '../views/view.js';
import { layers, seen } from './store.js';
import { frames } from './timeline.js';

/** Milliseconds for which a frame is shown, and the last one. */
const [SHOWN, LAST] = [80, 1_500];
/** Colours of each frame. */
const COLORS = 64;
/** The width, in CSS pixels; less where each is several of the screen. */
const [WIDTH, SMALL] = [400, 260];
const CAPTION = 20;

/** Makes a GIF of what the plane, or the samples, showed during the run; `tell` gets the share that is done. */
export async function makeFilm(tell: (share: number) => void): Promise<Blob | undefined> {
  const { applyPalette, GIFEncoder, quantize } = await import('gifenc');
  const now = seen();
  const shown = frames.peek();
  const page = document.querySelector('lab-canvas canvas');
  if (now === undefined || page === null) return undefined;
  const scale = devicePixelRatio;
  const width = scale > 1.5 ? SMALL : WIDTH;
  const height = now.pictures === undefined ? width : samples.height!(width, now);
  const [across, down] = [width, height + CAPTION].map((side) => Math.round(side * scale)) as [number, number];
  const context = new OffscreenCanvas(across, down).getContext('2d', { willReadFrequently: true })!;
  // both kinds of contexts draw the same
  const canvas: Canvas = { context: context as never, width, height, colors: readColors(page) };
  const background = getComputedStyle(page).backgroundColor;
  const gif = GIFEncoder();
  for (const [i, frame] of shown.entries()) {
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.fillStyle = background;
    context.fillRect(0, 0, width, height + CAPTION);
    draw(canvas, { ...now, frame });
    drawWords(canvas, `${frame.step.toLocaleString('en')} updates`, [8, height + CAPTION / 2], canvas.colors.text);
    const { data } = context.getImageData(0, 0, across, down);
    const palette = quantize(data, COLORS);
    gif.writeFrame(applyPalette(data, palette), across, down, {
      palette,
      delay: i === shown.length - 1 ? LAST : SHOWN,
    });
    tell((i + 1) / shown.length);
    // the page stays alive meanwhile
    await new Promise((resolve) => setTimeout(resolve));
  }
  gif.finish();
  return new Blob([gif.bytes()], { type: 'image/gif' });
}

function draw(canvas: Canvas, now: Seen): void {
  if (now.pictures === undefined) drawPlane(canvas, now, layers.peek());
  else samples.draw(canvas, now);
}
