import zlib from 'node:zlib';
import type { Pixels } from '../images/pixels.js';
import { orientationOf, upright } from './orientation.js';

/** The chunks of a PNG that say what its pixels are. */
interface Chunks {
  readonly header: Uint8Array;
  readonly palette: Uint8Array;
  readonly transparency: Uint8Array;
  readonly exif: Uint8Array;
  /** The compressed lines. */
  readonly data: Uint8Array;
}

/** How the samples of a PNG are stored. */
interface Layout {
  readonly width: number;
  readonly height: number;
  /** Bits per sample. */
  readonly depth: number;
  /** Samples per pixel. */
  readonly channels: number;
}

/** A part of the pixels that is stored line by line: all of them, or one pass of an interlaced file. */
interface Pass {
  readonly left: number;
  readonly top: number;
  readonly across: number;
  readonly down: number;
  readonly columns: number;
  readonly rows: number;
  /** Bytes per line, without its filter. */
  readonly line: number;
}

/** First column and row of each pass of an interlaced file, and the steps between its columns and rows. */
const INTERLACED = ['0088', '4088', '0448', '2044', '0224', '1022', '0112'];

/** The channels of each colour type, and the bits that its samples may have. */
const TYPES: Readonly<Record<number, readonly [channels: number, ...depths: number[]]>> = {
  0: [1, 1, 2, 4, 8, 16],
  2: [3, 8, 16],
  3: [1, 1, 2, 4, 8],
  4: [2, 8, 16],
  6: [4, 8, 16],
};

/**
 * Decodes a PNG file, whose header has been found to claim a size that may be decoded. Every line must be there, and checksums must be
 * right. Throws an Error whose message is one sentence for the user.
 *
 * @see https://www.w3.org/TR/png-3/
 */
export function decodePng(bytes: Uint8Array): Pixels {
  const { header, palette, transparency, exif, data } = readChunks(bytes);
  const view = new DataView(header.buffer, header.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, type, compression, filter, interlace] = header.subarray(8) as Iterable<number> as number[];
  const [channels = 0, ...depths] = TYPES[type!] ?? [];
  if (width * height === 0) throw new Error('It has no pixels.');
  if (!depths.includes(depth!) || compression !== 0 || filter !== 0 || interlace! > 1) {
    throw new Error('It is of a form that cannot be read: its header is not one of PNG.');
  }
  const layout: Layout = { width, height, depth: depth!, channels };
  const passes = passesOf(layout, interlace === 1 ? INTERLACED : ['0011']);
  const lines = inflate(data, passes);
  const colours = type === 3 ? paletteColours(palette, transparency) : undefined;
  const hidden = type === 0 || type === 2 ? hiddenColour(transparency, channels) : [];
  const pixels = new Uint8Array(4 * width * height);
  let at = 0;
  for (const pass of passes) {
    undoFilters(lines.subarray(at), pass, Math.max(1, (channels * depth!) >> 3));
    spread(lines.subarray(at), pass, layout, pixels, colours, hidden);
    at += pass.rows * (pass.line + 1);
  }
  return upright({ width, height, data: pixels }, orientationOf(exif));
}

const damaged = (what: string): Error => new Error(`The file ends too early or is damaged: ${what}.`);

/** Reads the chunks through the last one; some programs append bytes to it. */
function readChunks(bytes: Uint8Array): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: { [name: string]: Uint8Array | undefined } & Partial<
    Record<'IHDR' | 'PLTE' | 'tRNS' | 'eXIf', Uint8Array>
  > = {};
  const data: Uint8Array[] = [];
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) break;
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, end);
    const isKnown = /^(IHDR|PLTE|tRNS|IDAT|IEND)$/.test(name);
    if (at === 8 && name !== 'IHDR') throw damaged('it does not begin with its header');
    if (!isKnown && !/^[a-z][A-Za-z]{3}$/.test(name)) {
      throw new Error(`It is of a form that cannot be read: it has a chunk ${JSON.stringify(name)}.`);
    }
    if (isKnown && zlib.crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
      throw damaged(`the checksum of its chunk ${name} is wrong`);
    }
    if (name === 'IEND') {
      const none = new Uint8Array();
      const { IHDR, PLTE = none, tRNS = none, eXIf = none } = found;
      if (IHDR?.length !== 13) throw damaged('its header is of another length');
      return { header: IHDR, palette: PLTE, transparency: tRNS, exif: eXIf, data: Buffer.concat(data) };
    }
    if (name === 'IDAT') data.push(body);
    else if (isKnown && found[name] !== undefined) throw damaged(`it has a second chunk ${name}`);
    else if (name === 'PLTE' && found.tRNS !== undefined) throw damaged('its palette comes too late');
    // what follows the pixels does not count, as in browsers
    else if (data.length === 0) found[name] ??= body;
    at = end + 4;
  }
  throw new Error('The file ends too early: copy it again.');
}

function passesOf({ width, height, depth, channels }: Layout, starts: readonly string[]): Pass[] {
  return starts.flatMap((digits) => {
    const [left, top, across, down] = Array.from(digits, Number) as [number, number, number, number];
    const [columns, rows] = [Math.ceil((width - left) / across), Math.ceil((height - top) / down)];
    const line = Math.ceil((columns * depth * channels) / 8);
    return columns > 0 && rows > 0 ? [{ left, top, across, down, columns, rows, line }] : [];
  });
}

/** The lines of all passes, each after its filter: exactly as many bytes as the size needs. */
function inflate(data: Uint8Array, passes: readonly Pass[]): Uint8Array {
  const expected = passes.reduce((sum, { rows, line }) => sum + rows * (line + 1), 0);
  let lines: Uint8Array;
  try {
    lines = zlib.inflateSync(data, { maxOutputLength: expected, chunkSize: 2 ** 18 });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw damaged(code === 'ERR_BUFFER_TOO_LARGE' ? 'it has more lines than it claims' : `zlib says "${message}"`);
  }
  if (lines.length < expected) throw damaged('lines are missing');
  return lines;
}

/** Undoes the filters of the lines of a pass in place; `step` is the distance to the same byte of the pixel on the left. */
function undoFilters(lines: Uint8Array, { rows, line }: Pass, step: number): void {
  let above: Uint8Array = new Uint8Array(line);
  for (let row = 0, at = 0; row < rows; row++, at += line + 1) {
    const own = lines.subarray(at + 1, at + 1 + line);
    const filter = lines[at]!;
    if (filter > 4) throw damaged(`a line has the filter ${filter}`);
    // the first pixel has none on its left
    if (filter > 1) for (let i = 0; i < Math.min(step, line); i++) own[i]! += above[i]! >> (filter === 3 ? 1 : 0);
    if (filter === 1) for (let i = step; i < line; i++) own[i]! += own[i - step]!;
    if (filter === 2) for (let i = step; i < line; i++) own[i]! += above[i]!;
    if (filter === 3) for (let i = step; i < line; i++) own[i]! += (own[i - step]! + above[i]!) >> 1;
    if (filter === 4) for (let i = step; i < line; i++) own[i]! += paeth(own[i - step]!, above[i]!, above[i - step]!);
    above = own;
  }
}

function paeth(left: number, up: number, corner: number): number {
  const [far, high, diagonal] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (far <= high && far <= diagonal) return left;
  return high <= diagonal ? up : corner;
}

/** Red, green, blue and alpha of each entry of a palette. */
function paletteColours(palette: Uint8Array, transparency: Uint8Array): Uint8Array {
  const entries = palette.length / 3;
  if (entries === 0 || entries > 256 || entries % 1 > 0 || transparency.length > entries) {
    throw damaged('its palette is missing or of a wrong length');
  }
  const colours = new Uint8Array(4 * entries).fill(255);
  for (let i = 0; i < entries; i++) colours.set([...palette.subarray(3 * i, 3 * i + 3), transparency[i] ?? 255], 4 * i);
  return colours;
}

/** The samples of the colour that is transparent; none if there is no such colour. */
function hiddenColour(transparency: Uint8Array, channels: number): number[] {
  if (transparency.length === 0) return [];
  if (transparency.length !== 2 * channels) throw damaged('its transparent colour is of a wrong length');
  return Array.from({ length: channels }, (_, i) => 256 * transparency[2 * i]! + transparency[2 * i + 1]!);
}

/** Writes the colours of a pass, whose filters are undone, to their places. */
function spread(
  lines: Uint8Array,
  { left, top, across, down, columns, rows, line }: Pass,
  { width, depth, channels }: Layout,
  pixels: Uint8Array,
  colours: Uint8Array | undefined,
  hidden: readonly number[],
): void {
  const scale = 255 / (2 ** depth - 1);
  const [green, blue] = channels > 2 ? [1, 2] : [0, 0];
  const hasAlpha = channels % 2 === 0;
  for (let row = 0; row < rows; row++) {
    const own = lines.subarray(row * (line + 1) + 1, (row + 1) * (line + 1));
    const samples = depth === 8 ? own : unpacked(own, columns * channels, depth);
    let to = 4 * ((top + row * down) * width + left);
    for (let i = 0; i < columns * channels; i += channels, to += 4 * across) {
      const first = samples[i]!;
      if (colours !== undefined) {
        if (4 * first >= colours.length) throw damaged('a pixel is not in its palette');
        for (let channel = 0; channel < 4; channel++) pixels[to + channel] = colours[4 * first + channel]!;
        continue;
      }
      pixels[to] = first * scale + 0.5;
      pixels[to + 1] = samples[i + green]! * scale + 0.5;
      pixels[to + 2] = samples[i + blue]! * scale + 0.5;
      pixels[to + 3] = hasAlpha ? samples[i + channels - 1]! * scale + 0.5 : 255;
      if (hidden.length > 0 && hidden.every((value, channel) => value === samples[i + channel])) pixels[to + 3] = 0;
    }
  }
}

/** The samples of a line that are not bytes: of 16 bits, or several in a byte. */
function unpacked(line: Uint8Array, count: number, depth: number): Uint16Array {
  const most = 2 ** depth - 1;
  return Uint16Array.from({ length: count }, (_, i) =>
    depth === 16
      ? 256 * line[2 * i]! + line[2 * i + 1]!
      : (line[(i * depth) >> 3]! >> (8 - depth - ((i * depth) & 7))) & most,
  );
}
