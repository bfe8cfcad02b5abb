import { whyRefused } from '../images/claimed-size.js';
import type { ImageSource } from '../images/collect-images.js';
import { fromDisplayP3 } from '../images/display-p3.js';
import type { Pixels } from '../images/pixels.js';
import { checkInteger } from '../tensor/checks.js';
import { outOfRange, sentence, unusable, wrongKind } from '../tensor/errors.js';
import { decodeElement } from './decode-element.js';
import { canDraw, draw, kindOf, noCanvas, TILE, type Given } from './draw-pixels.js';

/** A picture in a page or a worker. `Pixels` includes `ImageData` and any other record of that form. */
export type BrowserImage =
  Pixels | ImageData | ImageBitmap | HTMLCanvasElement | OffscreenCanvas | HTMLImageElement | Blob;

/** A picture in a page as a source of {@link collectImages}: it is decoded when its turn comes. */
export function browserSource(where: string, argument: string, source: BrowserImage): ImageSource {
  return { name: nameOf(argument, source), read: (options) => decode({ source, where, argument, ...options }) };
}

function nameOf(argument: string, source: BrowserImage): string {
  return kindOf(source) === 'File' ? (source as File).name : argument;
}

async function decode(given: Given<BrowserImage>): Promise<Pixels> {
  switch (kindOf(given.source)) {
    case 'Blob':
    case 'File':
      return decodeBlob(given as Given<Blob>);
    case 'HTMLImageElement':
      return decodeElement(given as Given<HTMLImageElement>);
    case 'ImageBitmap': {
      const { width, height } = given.source as ImageBitmap;
      return draw(given as Given<ImageBitmap>, width, height);
    }
    case 'HTMLCanvasElement':
    case 'OffscreenCanvas':
      return decodeCanvas(given as Given<HTMLCanvasElement | OffscreenCanvas>);
    default:
      return checkPixels(given as Given<Pixels>);
  }
}

async function decodeBlob(given: Given<Blob>): Promise<Pixels> {
  const { source, where, argument, maxPixels } = given;
  if (typeof createImageBitmap !== 'function') throw noCanvas(given);
  let bitmap: ImageBitmap;
  let refused: string | undefined;
  try {
    refused = whyRefused(new Uint8Array(await source.arrayBuffer()), maxPixels);
    if (refused !== undefined) throw new Error(refused);
    // The numbers as in the file, which other programs read: its colour profile is not applied.
    bitmap = await createImageBitmap(source, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  } catch (cause) {
    const seen = `${nameOf(argument, source)} (${source.type === '' ? 'of unknown type' : source.type})`;
    const fix = refused ?? (await whyUndecodable(source));
    const rule = 'must be a picture that the browser can decode';
    throw new Error(sentence(where, argument, rule, { seen, fix }), { cause });
  }
  try {
    return draw({ ...given, source: bitmap }, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

async function whyUndecodable(source: Blob): Promise<string> {
  if (source.size === 0) return 'The file is empty.';
  const beginning = await source.slice(0, 1000).text();
  if (source.type === 'image/svg+xml' || /^\ufeff?\s*<(\?xml[^]*<svg|svg|!doctype svg|!--[^]*<svg)/i.test(beginning)) {
    return 'It is an SVG, which has no pixels: draw it on a canvas of the size that you want, and pass that.';
  }
  return 'It is damaged, or in a format that this browser does not know.';
}

/** The pixels of a canvas; rejects one that is empty because the browser could not make it or has dropped its content. */
function decodeCanvas(given: Given<HTMLCanvasElement | OffscreenCanvas>): Pixels {
  const { width, height } = given.source;
  // before memory for its pixels is requested
  if (width * height > TILE ** 2) checkShows(given, true);
  const pixels = draw(given, width, height);
  if (pixels.data.every((byte) => byte === 0)) checkShows(given, false);
  return pixels;
}

/** Throws if nothing drawn on a canvas shows. A canvas of the GPU cannot be tested and is rejected, unless that is allowed. */
function checkShows(
  { source, where, argument }: Given<HTMLCanvasElement | OffscreenCanvas>,
  mayBeOfGpu: boolean,
): void {
  const { width, height } = source;
  if (width * height === 0) return;
  const refuse = (seen: string, fix: string): Error =>
    unusable(where, argument, 'must be a canvas that shows something', { seen, fix });
  const context = contextOf(source);
  if (context === null) {
    if (mayBeOfGpu) return;
    const fix = 'Pass it in the task that draws it, or make its context with preserveDrawingBuffer: true.';
    throw refuse('an empty one that has no 2d context', fix);
  }
  const before = context.getImageData(0, 0, 1, 1);
  const isDrawn = canDraw(context);
  context.putImageData(before, 0, 0);
  if (!isDrawn) throw refuse(`an empty one of ${height} x ${width}`, 'It is larger than this browser can draw.');
}

/** The 2d context of a canvas; null if the canvas has another kind of context or belongs to another thread. */
function contextOf(source: HTMLCanvasElement | OffscreenCanvas): CanvasRenderingContext2D | null {
  try {
    return (source as HTMLCanvasElement).getContext('2d');
  } catch {
    return null;
  }
}

function checkPixels({ source, where, argument }: Given<Pixels>): Pixels {
  const { data, width, height, colorSpace = 'srgb' } = (source ?? {}) as Partial<Pixels & { colorSpace: string }>;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    const rule = 'must be a Blob, an image element, a canvas, an ImageBitmap or ImageData of 8 bits';
    const fix = /Video|SVGImage/.test(kindOf(source)) ? 'Draw it on a canvas, and pass that.' : undefined;
    throw wrongKind(where, argument, rule, { got: source, fix });
  }
  checkInteger(where, `${argument}.width`, width);
  checkInteger(where, `${argument}.height`, height);
  if (data.length !== 4 * width * height) {
    const rule = `must hold four bytes for each of ${height} x ${width} pixels`;
    throw outOfRange(where, `${argument}.data`, rule, { got: data.length });
  }
  if (colorSpace === 'srgb') return { data, width, height };
  if (colorSpace === 'display-p3') return { data: fromDisplayP3(data), width, height };
  throw unusable(where, `${argument}.colorSpace`, 'must be srgb or display-p3', { got: colorSpace });
}
