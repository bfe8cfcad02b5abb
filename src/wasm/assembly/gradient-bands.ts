import { BAND_BYTES, Band, groupSize, rowsOfBand } from './bands';
import { Convolution, imageBytes, isPadded, paddedRowBytes } from './convolution';

// The gradient with respect to images is summed band by band, like the images of a convolution are read: see bands.ts.

/** Output pixels of the small images whose gradients are summed at a time. */
const GROUP_PIXELS: i32 = 384;

/** Bytes of scratch for the band of a gradient. */
export function gradientBandBytes(conv: Convolution, rows: i32): i32 {
  const ofImage = conv.height.input;
  const most = min(rowsOfGradient(conv), ofImage);
  // windows reach beyond the first and the last row
  let height = min(most, rows) + 2 * conv.height.filter;
  if (isPadded(conv) && most == ofImage) {
    height = max(height, groupSize(conv, rows / ofImage, GROUP_PIXELS) * conv.height.padded);
  }
  return BAND_BYTES + height * <i32>paddedRowBytes(conv);
}

/** The rows of dx in a band of a large image. */
function rowsOfGradient(conv: Convolution): i32 {
  return rowsOfBand(conv, conv.height.output) * conv.height.stride;
}

/**
 * The rows of dx that are computed at a time, and where they are summed: the windows of a {@link Band} are added to its source. Rows of
 * `band` count outputs, those here inputs.
 */
@unmanaged
export class Target {
  band: Band;
  /** The first row, how many rows each image has, and where the first is in the room. */
  top: i32;
  rows: i32;
  inRoom: i32;
  isInPlace: bool;
}

/** Bytes of a {@link Target}. */
export const TARGET_BYTES: usize = 64;

/** Moves to the band of dx at the beginning of the rows `first` to `end`, and clears it; returns the row after it. */
export function clearBand(target: Target, conv: Convolution, dx: usize, first: i32, end: i32): i32 {
  const height = conv.height,
    ofImage = height.input;
  const band = target.band,
    row = paddedRowBytes(conv);
  const image = first / ofImage,
    top = first - image * ofImage;
  const whole = top == 0 ? (end - first) / ofImage : 0;
  const most = rowsOfGradient(conv);
  const isWhole = whole > 0 && (!isPadded(conv) || most >= ofImage);
  target.isInPlace = isWhole && !isPadded(conv);
  const images = isWhole ? (isPadded(conv) ? groupSize(conv, whole, GROUP_PIXELS) : whole) : 1,
    rows = isWhole ? ofImage : min(min(end - first, ofImage - top), most);
  let begin = -height.before,
    stop = height.padded - height.before;
  band.top = 0;
  band.rows = height.output;
  if (!isWhole) {
    // the outputs whose windows see one of these rows
    const before = top + height.before - height.filter + 1;
    band.top = before <= 0 ? 0 : (before + height.stride - 1) / height.stride;
    band.rows = max(0, min(height.output, (top + rows - 1 + height.before) / height.stride + 1) - band.top);
    begin = band.top * height.stride - height.before;
    stop = max(top + rows, begin + (band.rows - 1) * height.stride + height.filter);
  }
  const lowest = min(top, begin);
  band.image = image;
  band.images = images;
  band.stride = <usize>(stop - lowest) * row;
  target.top = top;
  target.rows = rows;
  target.inRoom = top - lowest;
  const place = target.isInPlace ? dx + <usize>image * imageBytes(conv) : band.room;
  band.source = place + <usize>(begin - lowest) * row;
  memory.fill(place, 0, <usize>images * band.stride);
  return first + images * rows;
}

/** Copies the rows out of the room. */
export function keepBand(target: Target, conv: Convolution, dx: usize): void {
  if (target.isInPlace) return;
  const band = target.band;
  const pixel = (<usize>conv.channels) << 2;
  const row = <usize>conv.width.input * pixel,
    paddedRow = paddedRowBytes(conv);
  let to = dx + <usize>band.image * imageBytes(conv) + <usize>target.top * row;
  for (let image = 0; image < band.images; image++) {
    let from = band.room + <usize>image * band.stride + <usize>target.inRoom * paddedRow;
    from += <usize>conv.width.before * pixel;
    for (let y = 0; y < target.rows; y++, from += paddedRow, to += row) memory.copy(to, from, row);
  }
}

export function targetAt(at: usize): Target {
  const target = changetype<Target>(at),
    band = changetype<Band>(at + TARGET_BYTES);
  target.band = band;
  band.room = at + TARGET_BYTES + BAND_BYTES;
  return target;
}
