import zlib from 'node:zlib';
import { PNG } from 'pngjs';
import type { Pixels } from '../images/pixels.js';
import { orientationOf, upright } from './orientation.js';

/** The chunks of a PNG that determine its pixels; their checksums and their order are right. */
interface Chunks {
  readonly header: Uint8Array;
  readonly palette: Uint8Array;
  readonly transparency: Uint8Array;
  readonly exif: Uint8Array;
  /** The compressed lines. */
  readonly data: Uint8Array;
  /** A file with only the chunks that pngjs needs. */
  readonly file: Buffer;
}

/** The first column and row of each pass of an interlaced file, and the steps between columns and rows. */
const INTERLACED = ['0088', '4088', '0448', '2044', '0224', '1022', '0112'];

/** The channels of each colour type, and the bits that its samples may have. */
const TYPES: Readonly<Record<number, readonly [channels: number, ...depths: number[]]>> = {
  0: [1, 1, 2, 4, 8, 16],
  2: [3, 8, 16],
  3: [1, 1, 2, 4, 8],
  4: [2, 8, 16],
  6: [4, 8, 16],
};

/** The largest number of rows, as in libpng. pngjs keeps an object for each row, and the process would run out of memory. */
const MAX_ROWS = 1_000_000;

/**
 * Decodes a PNG file whose header claims an allowed size. The file must have exactly the lines that its header claims, because pngjs
 * reserves memory accordingly and does not notice a wrong end. Throws an Error whose message is one sentence for the user.
 *
 * @see https://www.w3.org/TR/png-3/
 */
export function decodePng(bytes: Uint8Array): Pixels {
  const { header, palette, transparency, exif, data, file } = readChunks(bytes);
  const view = new DataView(header.buffer, header.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, type, compression, filter, interlace] = header.subarray(8) as Iterable<number> as number[];
  const [channels = 0, ...depths] = TYPES[type!] ?? [];
  if (width * height === 0) throw new Error('It has no pixels.');
  if (height > MAX_ROWS) throw new Error(`It has ${height} rows, and at most ${MAX_ROWS} can be read.`);
  if (!depths.includes(depth!) || compression !== 0 || filter !== 0 || interlace! > 1) {
    throw new Error('Its variant of the format cannot be read: its header is invalid.');
  }
  checkLines(data, linesSize(width, height, depth! * channels, interlace === 1 ? INTERLACED : ['0011']));
  const entries = palette.length / 3;
  if (type === 3 && (entries === 0 || entries > 256 || entries % 1 > 0 || transparency.length > entries)) {
    throw damaged('its palette is missing or has a wrong length');
  }
  try {
    return upright(PNG.sync.read(file), orientationOf(exif));
  } catch (cause) {
    throw damaged(`pngjs says "${(cause as Error).message}"`);
  }
}

const damaged = (what: string): Error => new Error(`The file ends too early or is damaged: ${what}.`);

/** Reads the chunks through the last one; some programs append bytes to it. */
function readChunks(bytes: Uint8Array): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: { [name: string]: Uint8Array | undefined } & Partial<
    Record<'IHDR' | 'PLTE' | 'tRNS' | 'eXIf', Uint8Array>
  > = {};
  const data: Uint8Array[] = [];
  const kept = [bytes.subarray(0, 8)];
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) break;
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, end);
    const isKnown = /^(IHDR|PLTE|tRNS|IDAT|IEND)$/.test(name);
    // pngjs has the same message for all of these faults: unrecognised content at the end
    if (at === 8 && name !== 'IHDR') throw damaged('it does not begin with its header');
    if (!isKnown && !/^[a-z][A-Za-z]{3}$/.test(name)) {
      throw new Error(`Its variant of the format cannot be read: it has a chunk ${JSON.stringify(name)}.`);
    }
    if (isKnown && zlib.crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
      throw damaged(`the checksum of its chunk ${name} is wrong`);
    }
    if (isKnown && name !== 'IDAT' && found[name] !== undefined) throw damaged(`it has a second chunk ${name}`);
    if (name === 'PLTE' && found.tRNS !== undefined) throw damaged('its palette comes too late');
    // other chunks after the pixels are ignored, as in browsers
    const counts = data.length === 0 || name === 'IDAT' || name === 'IEND';
    if (counts && isKnown) kept.push(bytes.subarray(at, end + 4));
    if (name === 'IDAT') data.push(body);
    else if (counts) found[name] ??= body;
    if (name === 'IEND') {
      const none = new Uint8Array();
      const { IHDR, PLTE = none, tRNS = none, eXIf = none } = found;
      if (IHDR?.length !== 13) throw damaged('its header has a wrong length');
      const file = Buffer.concat(kept);
      return { header: IHDR, palette: PLTE, transparency: tRNS, exif: eXIf, data: Buffer.concat(data), file };
    }
    at = end + 4;
  }
  throw new Error('The file ends too early: copy it again.');
}

/** The bytes of the lines of all passes, each after a byte for its filter. */
function linesSize(width: number, height: number, bitsPerPixel: number, passes: readonly string[]): number {
  let size = 0;
  for (const pass of passes) {
    const [left, top, across, down] = Array.from(pass, Number) as [number, number, number, number];
    const [columns, rows] = [Math.ceil((width - left) / across), Math.ceil((height - top) / down)];
    if (columns > 0) size += rows * (1 + Math.ceil((columns * bitsPerPixel) / 8));
  }
  return size;
}

/** Throws unless the compressed lines are complete, have this many bytes, and end where the data end, as pngjs requires. */
function checkLines(data: Uint8Array, size: number): void {
  // zlib counts in 32 bits, and more bytes would crash the process
  if (size >= 2 ** 32) throw new Error('It is too large to be read in Node.');
  let inflated: { readonly buffer: Uint8Array; readonly engine: zlib.Inflate };
  try {
    inflated = zlib.inflateSync(data, { maxOutputLength: size, chunkSize: 2 ** 18, info: true }) as never;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw damaged(code === 'ERR_BUFFER_TOO_LARGE' ? 'it has more lines than it claims' : `zlib says "${message}"`);
  }
  if (inflated.buffer.length < size) throw damaged('lines are missing');
  if (inflated.engine.bytesWritten < data.length) throw damaged('its data do not end with its lines');
}
