import type { ImageSource } from '../images/collect-images.js';
import type { Pixels } from '../images/pixels.js';
import { checkInteger } from '../tensor/checks.js';
import { outOfRange, sentence, unusable, wrongKind } from '../tensor/errors.js';

/** A picture as a page or a worker has it. `Pixels` is what `ImageData` is, and any other record of the same form. */
export type BrowserImage =
  Pixels | ImageData | ImageBitmap | HTMLCanvasElement | OffscreenCanvas | HTMLImageElement | Blob;

/** A picture, the function that reads it, and the argument that it came as. */
interface Given<T> {
  readonly source: T;
  readonly where: string;
  readonly argument: string;
}

/** A picture of a page as a source of {@link collectImages}: it is decoded when its turn comes. */
export function browserSource(where: string, argument: string, source: BrowserImage): ImageSource {
  return { name: nameOf(argument, source), read: () => decode({ source, where, argument }) };
}

/** By the name of its class, because an instance of another window is none of this window's classes. */
const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

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
    case 'ImageBitmap':
    case 'HTMLCanvasElement':
    case 'OffscreenCanvas': {
      const { width, height } = given.source as ImageBitmap;
      return draw(given as Given<ImageBitmap>, width, height);
    }
    default:
      return checkPixels(given as Given<Pixels>);
  }
}

async function decodeBlob(given: Given<Blob>): Promise<Pixels> {
  const { source, where, argument } = given;
  if (typeof createImageBitmap !== 'function') throw noCanvas(given);
  let bitmap: ImageBitmap;
  try {
    // The numbers in the file, as other programs read them: without its profile of colours.
    bitmap = await createImageBitmap(source, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  } catch (cause) {
    const seen = `${nameOf(argument, source)} (${source.type === '' ? 'of unknown type' : source.type})`;
    const fix =
      source.size === 0 ? 'The file is empty.' : 'It is damaged, or in a format that this browser does not know.';
    const rule = 'must be a picture that the browser can decode';
    throw new Error(sentence(where, argument, rule, { seen, fix }), { cause });
  }
  try {
    return draw({ ...given, source: bitmap }, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

async function decodeElement(given: Given<HTMLImageElement>): Promise<Pixels> {
  const { source, where, argument } = given;
  try {
    await source.decode();
  } catch (cause) {
    const rule = 'must be an image element that loads';
    throw new Error(sentence(where, argument, rule, { seen: source.src === '' ? 'one without src' : source.src }), {
      cause,
    });
  }
  return draw(given, source.naturalWidth, source.naturalHeight);
}

/** The pixels of what a canvas can draw. */
function draw(given: Given<CanvasImageSource>, width: number, height: number): Pixels {
  const { source, where, argument } = given;
  if (width === 0 || height === 0) {
    const rule = 'must have pixels';
    throw outOfRange(where, argument, rule, {
      seen: `${height} x ${width}`,
      fix: 'An ImageBitmap must not be closed.',
    });
  }
  const context = createContext(given, width, height);
  context.drawImage(source, 0, 0);
  try {
    return context.getImageData(0, 0, width, height, { colorSpace: 'srgb' });
  } catch (cause) {
    const rule = 'must be readable by this page';
    const fix = "It comes from another site: load it with crossOrigin = 'anonymous', which that site must allow.";
    throw new Error(sentence(where, argument, rule, { seen: `an ${kindOf(source)} that is not`, fix }), { cause });
  }
}

function createContext(given: Given<unknown>, width: number, height: number) {
  // In the computer's memory: what a GPU draws it may also round.
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

function noCanvas({ source, where, argument }: Given<unknown>): Error {
  const rule = 'must be ImageData where there is no OffscreenCanvas';
  const fix = "A newer browser has one; in Node, use readImages of 'tfjs-generative/node'.";
  return unusable(where, argument, rule, { seen: `a ${kindOf(source)}`, fix });
}

function checkPixels({ source, where, argument }: Given<Pixels>): Pixels {
  const { data, width, height } = (source ?? {}) as Partial<Pixels>;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    const rule = 'must be a Blob, an image element, a canvas, an ImageBitmap or ImageData of 8 bits';
    throw wrongKind(where, argument, rule, { got: source });
  }
  checkInteger(where, `${argument}.width`, width);
  checkInteger(where, `${argument}.height`, height);
  if (data.length !== 4 * width * height) {
    const rule = `must hold four bytes for each of ${height} x ${width} pixels`;
    throw outOfRange(where, `${argument}.data`, rule, { got: data.length });
  }
  return { data, width, height };
}
