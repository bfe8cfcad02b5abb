import jpeg from 'jpeg-js';
import { isFrame } from '../images/claimed-size.js';
import { jpegSegments, type JpegSegment } from '../images/jpeg-segments.js';
import type { Pixels } from '../images/pixels.js';
import { orientationOf, upright } from './orientation.js';

/** The largest number of scans in a progressive file, which usually has ten. A scan of a few bytes can take as long as a whole picture. */
const MAX_SCANS = 100;

/** A colour component: its number, how often it is sampled horizontally and vertically in a unit, and whether its means have been read. */
interface Component {
  readonly id: number;
  readonly across: number;
  readonly down: number;
  hasMeans: boolean;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly isProgressive: boolean;
  readonly components: readonly Component[];
}

/**
 * Decodes a JPEG file whose header claims an allowed size. Its segments are checked first, because jpeg-js reserves memory for every
 * frame, and reads zeros if data are missing. Throws an Error whose message is one sentence for the user.
 *
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B
 */
export function decodeJpeg(bytes: Uint8Array): Pixels {
  const segments = [...jpegSegments(bytes)];
  if (segments.at(-1)?.marker !== 0xd9) throw damaged('it has no end');
  const parts = checkedParts(bytes, segments);
  // the sizes have been checked
  const options = { useTArray: true, maxResolutionInMP: Infinity, maxMemoryUsageInMB: Infinity } as const;
  let pixels: Pixels;
  try {
    pixels = jpeg.decode(Buffer.concat([bytes.subarray(0, 2), ...parts]), options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw (/unsupported/i.test(reason) ? otherForm : damaged)(`jpeg-js says "${reason}"`);
  }
  return upright(pixels, orientationIn(bytes, segments));
}

const damaged = (what: string): Error => new Error(`The file ends too early or is damaged: ${what}.`);
const otherForm = (what: string): Error => new Error(`Its variant of the format cannot be read: ${what}.`);

/** The segments of a file that jpeg-js needs, in order; it must not get others. */
function checkedParts(bytes: Uint8Array, segments: readonly JpegSegment[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let frame: Frame | undefined;
  let scans = 0;
  for (const { marker, at, from, to, end } of segments) {
    const body = bytes.subarray(from, to);
    if (isFrame(marker)) {
      if (frame !== undefined) throw otherForm('it has several frames');
      frame = readFrame(marker, body);
    } else if (marker === 0xda) {
      if (frame === undefined) throw damaged('its pixels come before its header');
      if (++scans > MAX_SCANS) throw otherForm(`it has more than ${MAX_SCANS} scans`);
      checkScan(frame, body, end - to);
    } else if (marker === 0xdb) {
      checkTables(body, (table) => (body[table]! >= 16 ? 129 : 65));
    } else if (marker === 0xc4) {
      checkTables(body, (table) => 17 + body.subarray(table + 1, table + 17).reduce((sum, count) => sum + count, 0));
    } else if (marker === 0xdd) {
      if (body.length !== 2) throw damaged('its restart interval has a wrong length');
    } else if (marker >> 4 === 0xe || marker === 0xfe || marker === 0xdc) {
      // notes, and a height, which the header must have as well; only Adobe's note is needed, which names the colour space
      if (marker !== 0xee) continue;
    } else if (marker !== 0xd9) {
      throw otherForm(`it has the marker ${marker.toString(16)}`);
    }
    parts.push(bytes.subarray(at, end));
  }
  if (frame === undefined || frame.components.some(({ hasMeans }) => !hasMeans)) throw damaged('pixels are missing');
  return parts;
}

function readFrame(marker: number, body: Uint8Array): Frame {
  const [precision, high, low, wide, narrow, count = 0] = body as Iterable<number> as number[];
  if (marker > 0xc2 || precision !== 8) throw otherForm('it is neither baseline nor progressive with 8 bits');
  if (![1, 3, 4].includes(count)) throw otherForm(`it has ${count} channels`);
  if (body.length !== 6 + 3 * count) throw damaged('its header has a wrong length');
  const components = Array.from({ length: count }, (_, i) => {
    const [id, sampling] = body.subarray(6 + 3 * i) as Iterable<number> as [number, number];
    return { id, across: sampling >> 4, down: sampling & 15, hasMeans: false };
  });
  const ids = new Set(components.map(({ id }) => id));
  if (ids.size < count || components.some(({ across, down }) => !isSampling(across) || !isSampling(down))) {
    throw damaged('its channels are invalid');
  }
  const [width, height] = [256 * wide! + narrow!, 256 * high! + low!];
  if (width * height === 0) throw new Error('It has no pixels.');
  return { width, height, isProgressive: marker === 0xc2, components };
}

const isSampling = (times: number): boolean => times >= 1 && times <= 4;

/** Throws unless a scan has enough bytes for its blocks: each block's mean has a code of at least one bit. */
function checkScan({ width, height, isProgressive, components }: Frame, body: Uint8Array, bytes: number): void {
  const chosen = Array.from({ length: body[0]! }, (_, i) => components.find(({ id }) => id === body[1 + 2 * i]));
  if (body.length !== 4 + 2 * body[0]! || chosen.includes(undefined)) throw damaged('a scan has unknown channels');
  const [spectralStart, , successive] = body.subarray(-3) as Iterable<number> as number[];
  if (isProgressive && spectralStart! > 0) return;
  const [across, down] = (['across', 'down'] as const).map((axis) => Math.max(...components.map((one) => one[axis])));
  const units = Math.ceil(width / (8 * across!)) * Math.ceil(height / (8 * down!));
  let blocks = 0;
  for (const component of chosen as Component[]) {
    // a scan of one component has no blocks beyond the picture's edges
    blocks +=
      chosen.length > 1
        ? units * component.across * component.down
        : Math.ceil((width * component.across) / across! / 8) * Math.ceil((height * component.down) / down! / 8);
    if (!isProgressive || successive! < 16) component.hasMeans = true;
  }
  // a block of a baseline file also has an end code
  if (8 * bytes < (isProgressive ? 1 : 2) * blocks) throw damaged('pixels are missing');
}

/** Throws unless tables of these sizes fill a segment exactly, because jpeg-js would read beyond it. */
function checkTables(body: Uint8Array, sizeAt: (table: number) => number): void {
  let table = 0;
  while (table < body.length) table += sizeAt(table);
  if (table !== body.length) throw damaged('its tables have a wrong length');
}

/** The orientation in the last Exif segment, which is the one that jpeg-js uses. */
function orientationIn(bytes: Uint8Array, segments: readonly JpegSegment[]): number {
  const notes = segments.filter(
    ({ marker, from }) =>
      marker === 0xe1 && Buffer.from(bytes.subarray(from, from + 5)).toString('latin1') === 'Exif\0',
  );
  const last = notes.at(-1);
  // a second zero follows the one that ends the word
  return last === undefined ? 1 : orientationOf(bytes.subarray(last.from + 6, last.to));
}
