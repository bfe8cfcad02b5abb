import type { Pixels } from '../images/pixels.js';
import { decodeJpeg } from './decode-jpeg.js';
import { decodePng } from './decode-png.js';

/** The format of a file according to its first bytes. */
export type Format = 'PNG' | 'JPEG' | 'GIF' | 'WebP' | 'BMP' | 'TIFF' | 'HEIF or AVIF' | 'SVG';

/** How files of each format begin, in Latin-1; a dot is any byte. */
const BEGINNINGS: readonly (readonly [Format, RegExp])[] = [
  ['PNG', /^\x89PNG\r\n\cZ\n/],
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
