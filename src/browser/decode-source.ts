import { sizeProblem } from '../images/claimed-size.js';
import type { ImageSource } from '../images/collect-images.js';
import { fromDisplayP3 } from '../images/display-p3.js';
import type { Pixels } from '../images/pixels.js';
import { checkInteger } from '../tensor/checks.js';
import { outOfRange, unusable, wrongKind } from '../tensor/errors.js';
import { withCause } from '../tensor/with-cause.js';
import { decodeElement } from './decode-element.js';
import { canDraw, draw, kindOf, noCanvas, TILE, type PictureArgument } from './draw-pixels.js';

/** A picture in a page or a worker. `Pixels` includes `ImageData` and any other record of that form. */
export type BrowserImage =
  | Pixels
  | ImageData
  | ImageBitmap
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLImageElement
  | Blob;

/** Makes a picture a source of {@link collectImages}, which decodes it when it is needed. */
export function browserSource(where: string, argument: string, source: BrowserImage): ImageSource {
  return { name: nameOf(argument, source), read: (options) => decode({ source, where, argument, ...options }) };
}

function nameOf(argument: string, source: BrowserImage): string {
  return kindOf(source) === 'File' ? (source as File).name : argument;
}

async function decode(given: PictureArgument<BrowserImage>): Promise<Pixels> {
  switch (kindOf(given.source)) {
    case 'Blob':
    case 'File':
      return decodeBlob(given as PictureArgument<Blob>);
    case 'HTMLImageElement':
      return decodeElement(given as PictureArgument<HTMLImageElement>);
    case 'ImageBitmap': {
      const { width, height } = given.source as ImageBitmap;
      return draw(given as PictureArgument<ImageBitmap>, width, height);
    }
    case 'HTMLCanvasElement':
    case 'OffscreenCanvas':
      return decodeCanvas(given as PictureArgument<HTMLCanvasElement | OffscreenCanvas>);
    default:
      return checkPixels(given as PictureArgument<Pixels>);
  }
}

async function decodeBlob(given: PictureArgument<Blob>): Promise<Pixels> {
  const { source, where, argument, maxPixels } = given;
  if (typeof createImageBitmap !== 'function') throw noCanvas(given);
  let bitmap: ImageBitmap;
  let problem: string | undefined;
  try {
    problem = sizeProblem(new Uint8Array(await source.arrayBuffer()), maxPixels);
    if (problem !== undefined) throw new Error(problem);
    // the numbers in the file, without its colour profile, as other programs read them
    bitmap = await createImageBitmap(source, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  } catch (cause) {
    const seen = `${nameOf(argument, source)} (${source.type === '' ? 'of unknown type' : source.type})`;
    const fix = problem ?? (await whyUndecodable(source));
    const rule = 'must be a picture that the browser can decode';
    throw withCause(unusable(where, argument, rule, { seen, fix }), cause);
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
    return 'It is an SVG, which has no pixels: draw it on a canvas of the right size, and pass that.';
  }
  return 'It is damaged, or in a format that this browser does not support.';
}

/** The pixels of a canvas; throws if it is empty because the browser could not make it or has lost its content. */
function decodeCanvas(given: PictureArgument<HTMLCanvasElement | OffscreenCanvas>): Pixels {
  const { width, height } = given.source;
  // before memory for its pixels is allocated
  if (width * height > TILE ** 2) checkShows(given, true);
  const pixels = draw(given, width, height);
  if (pixels.data.every((byte) => byte === 0)) checkShows(given, false);
  return pixels;
}

/** Throws if a canvas shows nothing. One without a 2d context cannot be tested; it is rejected unless `mayBeOfGpu`. */
function checkShows(
  { source, where, argument }: PictureArgument<HTMLCanvasElement | OffscreenCanvas>,
  mayBeOfGpu: boolean,
): void {
  const { width, height } = source;
  if (width * height === 0) return;
  const emptyCanvas = (seen: string, fix: string): Error =>
    unusable(where, argument, 'must be a canvas that is not empty', { seen, fix });
  const context = contextOf(source);
  if (context === null) {
    if (mayBeOfGpu) return;
    const fix = 'Pass it in the task that draws it, or make its context with preserveDrawingBuffer: true.';
    throw emptyCanvas('an empty one that has no 2d context', fix);
  }
  const before = context.getImageData(0, 0, 1, 1);
  const isDrawn = canDraw(context);
  context.putImageData(before, 0, 0);
  if (!isDrawn) throw emptyCanvas(`an empty one of ${height} x ${width}`, 'It is larger than this browser can draw.');
}

/** The 2d context of a canvas; null if the canvas has another kind of context or belongs to another thread. */
function contextOf(source: HTMLCanvasElement | OffscreenCanvas): CanvasRenderingContext2D | null {
  try {
    return (source as HTMLCanvasElement).getContext('2d');
  } catch {
    return null;
  }
}

function checkPixels({ source, where, argument }: PictureArgument<Pixels>): Pixels {
  const { data, width, height, colorSpace = 'srgb' } = (source ?? {}) as Partial<Pixels & { colorSpace: string }>;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    const rule = 'must be a Blob, an image element, a canvas, an ImageBitmap or ImageData with 8 bits';
    const fix = /Video|SVGImage/.test(kindOf(source)) ? 'Draw it on a canvas, and pass that.' : undefined;
    throw wrongKind(where, argument, rule, { got: source, fix });
  }
  checkInteger(where, `${argument}.width`, width);
  checkInteger(where, `${argument}.height`, height);
  if (data.length !== 4 * width * height) {
    const rule = `must have four bytes for each of ${height} x ${width} pixels`;
    throw outOfRange(where, `${argument}.data`, rule, { got: data.length });
  }
  if (colorSpace === 'srgb') return { data, width, height };
  if (colorSpace === 'display-p3') return { data: fromDisplayP3(data), width, height };
  throw unusable(where, `${argument}.colorSpace`, 'must be srgb or display-p3', { got: colorSpace });
}
