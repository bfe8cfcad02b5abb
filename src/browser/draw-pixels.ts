import type { Pixels } from '../images/pixels.js';
import { cut, outOfRange, unusable } from '../tensor/errors.js';
import { withCause } from '../tensor/with-cause.js';

/** A picture, the function that reads it, and the name of its argument. */
export interface PictureArgument<T> {
  readonly source: T;
  readonly where: string;
  readonly argument: string;
  readonly signal: AbortSignal | undefined;
  readonly maxPixels: number;
}

/** The name of a value's class: an instance from another window is not an instance of this window's classes. */
export const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** The largest number of rows and columns to draw at once; on some phones, larger canvases silently stay empty. */
export const TILE = 4096;

/** The pixels of a picture that a canvas can draw. */
export function draw(given: PictureArgument<CanvasImageSource>, width: number, height: number): Pixels {
  const { where, argument, source, maxPixels } = given;
  if (width === 0 || height === 0) {
    const fix =
      kindOf(source) === 'ImageBitmap' ? 'An ImageBitmap must not be closed.' : 'Give it a width and a height.';
    throw outOfRange(where, argument, 'must have pixels', { seen: `${height} x ${width}`, fix });
  }
  if (width * height > maxPixels) throw tooLarge(given, width, height);
  const context = createContext(given, Math.min(width, TILE), Math.min(height, TILE));
  if (!canDraw(context)) throw tooLarge(given, context.canvas.width, context.canvas.height);
  if (width <= TILE && height <= TILE) return readTile(given, context, 0, 0, width, height);
  const data = reserve(given, width, height);
  for (let top = 0; top < height; top += TILE) {
    for (let left = 0; left < width; left += TILE) {
      const tile = readTile(given, context, left, top, Math.min(TILE, width - left), Math.min(TILE, height - top));
      for (let row = 0; row < tile.height; row++) {
        const line = tile.data.subarray(4 * row * tile.width, 4 * (row + 1) * tile.width);
        data.set(line, 4 * ((top + row) * width + left));
      }
    }
  }
  return { width, height, data };
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

function readTile(
  given: PictureArgument<CanvasImageSource>,
  context: Context,
  left: number,
  top: number,
  width: number,
  height: number,
): ImageData {
  const { source, where, argument } = given;
  context.clearRect(0, 0, width, height);
  try {
    context.drawImage(source, -left, -top);
  } catch (cause) {
    const seen = `a ${kindOf(source)}; the browser says "${cut((cause as Error).message, 60)}"`;
    const fix = 'Pass it before it is closed or transferred.';
    throw withCause(unusable(where, argument, 'must be a picture that can be drawn', { seen, fix }), cause);
  }
  try {
    return context.getImageData(0, 0, width, height, { colorSpace: 'srgb' });
  } catch (cause) {
    if ((cause as Error).name !== 'SecurityError') throw tooLarge(given, width, height, cause);
    const fix = "It comes from another site: load it with crossOrigin = 'anonymous', which that site must allow.";
    const seen = `an ${kindOf(source)} that is not`;
    throw withCause(unusable(where, argument, 'must be readable by this page', { seen, fix }), cause);
  }
}

/** Tests whether drawing works, and makes the first pixel grey: a browser without memory for a canvas reports no error. */
export function canDraw(context: Context): boolean {
  // independent of the context's own colours, clips and transforms
  context.putImageData(new ImageData(Uint8ClampedArray.of(9, 9, 9, 255), 1, 1), 0, 0);
  return context.getImageData(0, 0, 1, 1).data[3] === 255;
}

function reserve(given: PictureArgument<unknown>, width: number, height: number): Uint8ClampedArray {
  try {
    return new Uint8ClampedArray(4 * width * height);
  } catch (cause) {
    throw tooLarge(given, width, height, cause);
  }
}

function tooLarge(
  { where, argument, maxPixels }: PictureArgument<unknown>,
  width: number,
  height: number,
  cause?: unknown,
): Error {
  const rule = 'must be a picture that this browser has the memory to draw';
  const fix = width * height > maxPixels ? 'Pass a larger maxPixels.' : 'Make it smaller.';
  const found = { seen: `${height} x ${width} pixels`, fix };
  return withCause(outOfRange(where, argument, rule, found), cause);
}

function createContext(given: PictureArgument<unknown>, width: number, height: number): Context {
  // in main memory, because a GPU may round colours
  const settings: CanvasRenderingContext2DSettings = { willReadFrequently: true, colorSpace: 'srgb' };
  if (typeof OffscreenCanvas === 'function') {
    const context = new OffscreenCanvas(width, height).getContext('2d', settings);
    if (context !== null) return context;
  }
  if (typeof document === 'object') {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext('2d', settings);
    if (context !== null) return context;
  }
  throw noCanvas(given);
}

/** The error if there is no canvas. */
export function noCanvas({ source, where, argument }: PictureArgument<unknown>): Error {
  const rule = 'must be ImageData if there is no OffscreenCanvas';
  const fix = "A newer browser has one; in Node, use readImages of 'tfjs-generative/node'.";
  return unusable(where, argument, rule, { seen: `a ${kindOf(source)}`, fix });
}
