import { jpegSegments } from './jpeg-segments.js';

/**
 * Describes why a PNG or JPEG file cannot be decoded: its header claims more pixels than its bytes can contain, or than `maxPixels`.
 * Undefined if neither is the case, or if there is no such header.
 */
export function sizeProblem(bytes: Uint8Array, maxPixels: number): string | undefined {
  const { width, height, minBytes } = claimedSize(bytes) ?? { width: 1, height: 1, minBytes: 0 };
  const pixels = `${height} x ${width} pixels`;
  if (bytes.length < minBytes) return `Its ${bytes.length} bytes cannot hold the ${pixels} that its header claims.`;
  return width * height > maxPixels ? `It has ${pixels}: pass a larger maxPixels if there is memory.` : undefined;
}

/** The size in the header of a PNG or a JPEG, and a lower bound on the bytes of such a file. */
function claimedSize(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 33) return undefined;
  if (view.getUint32(0) === 0x89504e47) {
    const [width, height] = [view.getUint32(16), view.getUint32(20)];
    // deflate makes at most 258 bytes of two bits
    return { width, height, minBytes: (width * height * bytes[24]!) / 8 / 1032 };
  }
  if (view.getUint16(0) !== 0xffd8) return undefined;
  for (const { marker, from } of jpegSegments(bytes)) {
    if (!isFrame(marker) || from + 6 > bytes.length) continue;
    const [height, width] = [view.getUint16(from + 1), view.getUint16(from + 3)];
    // each block of 8 x 8 pixels has a code of at least one bit, and sampling omits at most half of the blocks
    return { width, height, minBytes: (width * height) / 64 / 8 / 2 };
  }
  return undefined;
}

/** Whether a marker begins a frame, of any of JPEG's kinds; 0xc4, 0xc8 and 0xcc have other meanings. */
export function isFrame(marker: number): boolean {
  return marker < 0xd0 && (marker % 4 > 0 || marker === 0xc0);
}
