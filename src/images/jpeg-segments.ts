/** A segment of a JPEG: its marker, and the positions of the marker, of the start and end of its content, and of the end of its compressed data. */
export interface JpegSegment {
  readonly marker: number;
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** The same as `to`, except in a scan. */
  readonly end: number;
}

/** The segments of a JPEG after its first marker, up to its last one or to the first damage. */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
  for (let at = 2; ;) {
    // padding
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    // some programs count the next marker's first byte, or write it as 0
    if (bytes[at - 1] === 0xff && bytes[at]! >= 0xc0 && bytes[at]! < 0xff) at--;
    const marker = bytes[at + 1]!;
    const from = at + 4;
    const to = Math.max(from, at + 2 + 256 * bytes[at + 2]! + bytes[at + 3]!);
    if (bytes[at] !== 0xff && (bytes[at] !== 0 || (marker !== 0xe0 && marker !== 0xe1) || bytes[to] !== 0xff)) return;
    if (marker === 0xd9) yield { marker, at, from: at + 2, to: at + 2, end: at + 2 };
    // 0xd0 to 0xd9 have no content
    if (!(marker >= 0xc0) || (marker >= 0xd0 && marker <= 0xd9) || !(to < bytes.length)) return;
    let end = to;
    // in compressed data, 0 follows 0xff, or the number of a restart
    while (marker === 0xda && end < bytes.length && !(bytes[end] === 0xff && isSegment(bytes[end + 1]))) end++;
    yield { marker, at, from, to, end };
    at = end;
  }
}

const isSegment = (next: number | undefined): boolean => next !== 0 && (next! & 0xf8) !== 0xd0;
