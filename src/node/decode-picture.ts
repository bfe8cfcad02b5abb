import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import type { Pixels } from '../images/pixels.js';
import { orientationOf, upright } from './orientation.js';

/** The format that a file's first bytes show, whatever its name. */
export type Format = 'PNG' | 'JPEG' | 'GIF' | 'WebP' | 'BMP' | 'TIFF' | 'HEIF or AVIF' | 'SVG';

/** How files of each format begin, in Latin-1; a dot is any byte. */
const BEGINNINGS: readonly (readonly [Format, RegExp])[] = [
  ['PNG', /^\x89PNG\r\n.\n/s],
  ['JPEG', /^\xff\xd8\xff/],
  ['GIF', /^GIF8/],
  ['WebP', /^RIFF....WEBP/s],
  ['BMP', /^BM.{12}[(|l]/s],
  ['TIFF', /^(II\*\0|MM\0\*)/],
  ['SVG', /^(\xef\xbb\xbf)?\s*<(\?xml|svg|!doctype svg)/i],
  ['HEIF or AVIF', /^....ftyp(hei|hev|mif|msf|avi)/s],
];

/** The format of a file; undefined if it is unknown. */
export function formatOf(bytes: Uint8Array): Format | undefined {
  const beginning = String.fromCharCode(...bytes.subarray(0, 16));
  return BEGINNINGS.find(([, pattern]) => pattern.test(beginning))?.[0];
}

/** Decodes a file of a format to 8 bits per channel. Throws an Error whose message is one sentence for the user. */
export function decodePicture(bytes: Uint8Array, format: 'PNG' | 'JPEG'): Pixels {
  return format === 'PNG' ? decodePng(bytes) : decodeJpeg(bytes);
}

function decodePng(bytes: Uint8Array): Pixels {
  const whole = throughLastChunk(bytes);
  if (whole === undefined) throw new Error('The file ends too early: copy it again.');
  const picture = saying('pngjs', () => PNG.sync.read(Buffer.from(whole.buffer, whole.byteOffset, whole.length)));
  return upright(picture, orientationOf(exifOf(whole)));
}

/** The eXIf chunk before the pixels of a PNG, where Chromium looks for it; empty if there is none. */
function exifOf(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const name = view.getUint32(at + 4);
    if (name === 0x65584966) return bytes.subarray(at + 8, at + 8 + view.getUint32(at));
    // IDAT
    if (name === 0x49444154) break;
  }
  return new Uint8Array();
}

/** A PNG without bytes that some programs append, which pngjs rejects; undefined if the last chunk is missing. */
function throughLastChunk(bytes: Uint8Array): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = 8;
  while (end + 12 <= bytes.length) {
    const isLast = view.getUint32(end + 4) === 0x49454e44; // IEND
    end += 12 + view.getUint32(end);
    if (isLast && end <= bytes.length) return bytes.subarray(0, end);
  }
  return undefined;
}

function decodeJpeg(bytes: Uint8Array): Pixels {
  const options = { useTArray: true, maxResolutionInMP: 200, maxMemoryUsageInMB: 2048 } as const;
  const picture: Pixels & { readonly exifBuffer?: Uint8Array } = saying('jpeg-js', () => jpeg.decode(bytes, options));
  // a second zero follows the one that ends the word "Exif"
  return upright(picture, picture.exifBuffer === undefined ? 1 : orientationOf(picture.exifBuffer.subarray(1)));
}

function saying<T>(decoder: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const isOther = /unsupported|not supported|limit exceeded/i.test(reason);
    const why = isOther ? 'It is of a form that cannot be read' : 'The file ends too early or is damaged';
    throw new Error(`${why}: ${decoder} says "${reason}".`, { cause });
  }
}
