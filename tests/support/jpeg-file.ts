import jpeg from 'jpeg-js';
import { bytesOf } from './png-file.js';

/** The orientation that a camera notes in a file. */
export interface Exif {
  readonly orientation: number;
  /** The order of bytes: `II` has the lowest first. */
  readonly order: 'II' | 'MM';
  /** Bytes that are written of the block; all by default. */
  readonly exifLength?: number;
}

/** A JPEG file of the colours at each place, red, green and blue. */
export function jpegFile(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => readonly number[],
  exif?: Exif,
): Uint8Array {
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) data.set([...colourAt(i % width, Math.floor(i / width)), 255], 4 * i);
  const file = jpeg.encode({ width, height, data }, 95).data;
  return exif === undefined ? file : Buffer.concat([file.subarray(0, 2), exifSegment(exif), file.subarray(2)]);
}

/** The segment APP1 with one tag. */
function exifSegment({ orientation, order, exifLength = 26 }: Exif): Buffer {
  const number = (value: number, count: number): number[] =>
    order === 'MM' ? bytesOf(value, count) : bytesOf(value, count).reverse();
  const entry = [...number(0x0112, 2), ...number(3, 2), ...number(1, 4), ...number(orientation, 2), 0, 0];
  const tiff = [...Buffer.from(order), ...number(42, 2), ...number(8, 4), ...number(1, 2), ...entry, ...number(0, 4)];
  const body = [...Buffer.from('Exif\0\0'), ...tiff.slice(0, exifLength)];
  return Buffer.from([0xff, 0xe1, ...bytesOf(body.length + 2, 2), ...body]);
}

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel. */
  readonly data: Uint8Array;
}

const quarterTurn = ({ width, height, data }: Picture): Picture =>
  moved(height, width, (x, y) => data.subarray(3 * ((height - 1 - x) * width + y)));
const mirror = ({ width, height, data }: Picture): Picture =>
  moved(width, height, (x, y) => data.subarray(3 * (y * width + width - 1 - x)));

function moved(width: number, height: number, pixelAt: (x: number, y: number) => Uint8Array): Picture {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) data.set(pixelAt(i % width, Math.floor(i / width)).subarray(0, 3), 3 * i);
  return { width, height, data };
}

/**
 * A picture as it is shown with an orientation: mirrored or not, then turned clockwise a number of times.
 *
 * @see https://www.cipa.jp/std/documents/e/DC-X008-Translation-2019-E.pdf, 4.6.4, tag 0x0112
 */
export function turned(picture: Picture, orientation: number): Picture {
  const [isMirrored, turns] = {
    1: [false, 0],
    2: [true, 0],
    3: [false, 2],
    4: [true, 2],
    5: [true, 3],
    6: [false, 1],
    7: [true, 1],
    8: [false, 3],
  }[orientation] as [boolean, number];
  let result = isMirrored ? mirror(picture) : picture;
  for (let i = 0; i < turns; i++) result = quarterTurn(result);
  return result;
}
