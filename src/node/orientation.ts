import type { Pixels } from '../images/pixels.js';

/** Rotates and mirrors a picture according to its Exif orientation, from 1 (upright) to 8. */
export function upright(picture: Pixels, orientation: number): Pixels {
  if (orientation === 1) return picture;
  const swapped = orientation >= 5;
  const mirrored = [2, 3, 7, 8].includes(orientation);
  const flipped = [3, 4, 6, 7].includes(orientation);
  const { width, height } = picture;
  const from = new Uint32Array(picture.data.buffer, picture.data.byteOffset, width * height);
  const to = new Uint32Array(from.length);
  const across = swapped ? height : width;
  for (let i = 0; i < to.length; i++) {
    const [column, row] = [i % across, Math.floor(i / across)];
    const [x, y] = swapped ? [row, column] : [column, row];
    to[i] = from[(flipped ? height - 1 - y : y) * width + (mirrored ? width - 1 - x : x)]!;
  }
  return { width: across, height: swapped ? width : height, data: new Uint8Array(to.buffer) };
}

/** The tag `Orientation` of an Exif block, from 1 to 8; 1 if it is missing. */
export function orientationOf(exif: Uint8Array): number {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  const little = view.byteLength > 1 && view.getUint16(0) === 0x4949;
  try {
    const directory = view.getUint32(4, little);
    for (let i = 0; i < view.getUint16(directory, little); i++) {
      const entry = directory + 2 + 12 * i;
      if (view.getUint16(entry, little) !== 0x0112) continue;
      const value = view.getUint16(entry + 8, little);
      return value >= 1 && value <= 8 ? value : 1;
    }
  } catch {
    // a truncated block has no orientation
  }
  return 1;
}
