import { Convolution, imageBytes, isPadded, paddedRowBytes } from './convolution';

// Convolutions are divided by rows of outputs, counted over all images: a job has some of them. It reads them band by band, since a whole
// large image with its padding would not fit into the caches.

/** Whole images are read if they have at most this many output pixels; of larger ones, bands of about as many. */
const BAND_PIXELS: i32 = 1024;

/** The rows of outputs that are computed at a time, and the place of the inputs that they see, with the padding. */
@unmanaged
export class Band {
  /** Rows of outputs in an image; for Winograd's algorithm, a row of tiles counts as one. */
  ofImage: i32;
  /** Rows of inputs from one row of outputs to the next, and as many as one of them sees. */
  step: i32;
  reach: i32;
  /** Output pixels of the small images that are padded at a time. */
  pixels: i32;
  /** Where the inputs are padded. */
  room: usize;
  /** The first image and how many there are, and the same for the rows of each. */
  image: i32;
  images: i32;
  top: i32;
  rows: i32;
  /** The first input that the first row sees, and the bytes from one image to the next. */
  source: usize;
  stride: usize;
}

/** Bytes of a {@link Band}. */
export const BAND_BYTES: i32 = 64;

/** Describes how a kernel with windows reads its images. */
export function bandOfWindows(at: usize, conv: Convolution, pixels: i32, room: usize): Band {
  const band = changetype<Band>(at);
  band.ofImage = conv.height.output;
  band.step = conv.height.stride;
  band.reach = conv.height.filter;
  band.pixels = pixels;
  band.room = room;
  return band;
}

/** Bytes of scratch for the padded inputs of a {@link bandOfWindows}, and for the band. */
export function windowBandBytes(conv: Convolution, rows: i32, pixels: i32): i32 {
  return paddedBandBytes(conv, rows, conv.height.output, conv.height.stride, conv.height.filter, pixels);
}

/** The same for any kind of rows; the arguments are those of {@link Band}. */
export function paddedBandBytes(conv: Convolution, rows: i32, ofImage: i32, step: i32, reach: i32, pixels: i32): i32 {
  if (!isPadded(conv)) return BAND_BYTES;
  const most = rowsOfBand(conv, ofImage);
  const images = most < ofImage ? 1 : groupSize(conv, rows / ofImage, pixels);
  const height = (min(most, ofImage) - 1) * step + reach;
  return BAND_BYTES + images * height * <i32>paddedRowBytes(conv);
}

/** The rows of outputs in a band of an image; as many as the image has, or more, if it is small. */
export function rowsOfBand(conv: Convolution, ofImage: i32): i32 {
  return max(1, (BAND_PIXELS * ofImage) / (conv.height.output * conv.width.output));
}

/** How many small images are padded at a time: enough pixels for full blocks, few enough for the caches. */
export function groupSize(conv: Convolution, images: i32, pixels: i32): i32 {
  return max(1, min(images, pixels / (conv.height.output * conv.width.output)));
}

/** Moves to the band at the beginning of the rows `first` to `end`, and reads its inputs; returns the row after it. */
export function readBand(band: Band, conv: Convolution, x: usize, first: i32, end: i32): i32 {
  const ofImage = band.ofImage;
  const image = first / ofImage,
    top = first - image * ofImage;
  const whole = top == 0 ? (end - first) / ofImage : 0;
  const most = rowsOfBand(conv, ofImage);
  const inPlace = !isPadded(conv);
  let images = 1,
    rows = min(end - first, ofImage - top);
  if (whole > 0 && (inPlace || most >= ofImage)) images = inPlace ? whole : groupSize(conv, whole, band.pixels);
  else if (!inPlace) rows = min(rows, most);
  band.image = image;
  band.images = images;
  band.top = top;
  band.rows = rows;
  const begin = top * band.step - conv.height.before;
  const source = x + <usize>image * imageBytes(conv);
  if (inPlace) {
    band.source = source + <usize>begin * paddedRowBytes(conv);
    band.stride = imageBytes(conv);
  } else {
    const height = (rows - 1) * band.step + band.reach;
    band.source = band.room;
    band.stride = <usize>height * paddedRowBytes(conv);
    padRows(band.room, source, images, conv, begin, height);
  }
  return first + images * rows;
}

/** Copies `height` rows of images, from row `top` on, surrounded by zeros. */
function padRows(target: usize, source: usize, images: i32, conv: Convolution, top: i32, height: i32): void {
  const pixel = (<usize>conv.channels) << 2;
  const row = <usize>conv.width.input * pixel,
    paddedRow = paddedRowBytes(conv);
  const before = <usize>conv.width.before * pixel,
    after = paddedRow - row - before;
  const first = min(height, max(0, -top)),
    last = max(first, min(height, conv.height.input - top));
  for (; images > 0; images--, source += imageBytes(conv)) {
    memory.fill(target, 0, <usize>first * paddedRow);
    target += <usize>first * paddedRow;
    let from = source + <usize>(top + first) * row;
    for (let y = first; y < last; y++, from += row, target += paddedRow) {
      clear(target, before);
      memory.copy(target + before, from, row);
      clear(target + before + row, after);
    }
    memory.fill(target, 0, <usize>(height - last) * paddedRow);
    target += <usize>(height - last) * paddedRow;
  }
}

/** Writes zeros without memory.fill, whose call costs more than a few pixels. */
// @inline
function clear(target: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  const end = target + bytes;
  for (; target + 16 <= end; target += 16) v128.store(target, zero);
  for (; target < end; target += 4) store<f32>(target, 0);
}

/** Where the window of an output pixel begins in the inputs of a band at `source`; pixels are counted over all its images. */
// @inline
export function windowOf(conv: Convolution, band: Band, source: usize, pixel: i32): usize {
  const row = pixel / conv.width.output;
  const image = row / band.rows;
  const y = (row - image * band.rows) * conv.height.stride;
  const x = (pixel - row * conv.width.output) * conv.width.stride;
  return source + <usize>image * band.stride + ((<usize>((y * conv.width.padded + x) * conv.channels)) << 2);
}

/** The output pixels of a band, of windows. */
// @inline
export function pixelsOf(conv: Convolution, band: Band): i32 {
  return band.images * band.rows * conv.width.output;
}
