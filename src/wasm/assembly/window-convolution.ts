import { BAND_BYTES, Band, bandOfWindows, pixelsOf, readBand, windowBandBytes, windowOf } from './bands';
import { Convolution, paddedRowBytes } from './convolution';
import { activate, NARROW, ROWS } from './micro-kernel';
import { transpose } from './pack';
import { PRODUCT_BYTES, blockSize, multiplyPanels, packColumns, plainProduct, roundUp } from './panels';

/** Output pixels that are multiplied at a time. */
const PIXEL_BLOCK: i32 = 96;
/** Numbers of a window that are multiplied at a time, in whole rows of the filter. */
const INNER_BLOCK: i32 = 384;
/** Output pixels of the small images that are padded at a time. */
const GROUP_PIXELS: i32 = 384;

function rowsAtOnce(conv: Convolution): i32 {
  return max(1, min(conv.height.filter, INNER_BLOCK / (conv.width.filter * conv.channels)));
}

/** Bytes of a filter `[height, width, channels, outChannels]` as panels. */
export function filterPanelBytes(conv: Convolution): i32 {
  return 4 * conv.height.filter * conv.width.filter * conv.channels * roundUp(conv.outChannels, NARROW);
}

/** Packs a filter for {@link convolve}. */
export function packFilter(conv: Convolution, filter: usize, packed: usize): void {
  const line = conv.width.filter * conv.channels;
  const step = rowsAtOnce(conv);
  for (let row = 0; row < conv.height.filter; row += step) {
    const inner = min(step, conv.height.filter - row) * line;
    const source = filter + ((<usize>(row * line * conv.outChannels)) << 2);
    const target = packed + ((<usize>(row * line * roundUp(conv.outChannels, NARROW))) << 2);
    packColumns(target, source, conv.outChannels, inner, 4, (<usize>conv.outChannels) << 2);
  }
}

/** Bytes of scratch for {@link convolve}. */
export function convolveScratch(conv: Convolution, rows: i32): i32 {
  const inner = rowsAtOnce(conv) * conv.width.filter * conv.channels;
  return PRODUCT_BYTES + 4 * PIXEL_BLOCK * inner + windowBandBytes(conv, rows, GROUP_PIXELS);
}

/**
 * y = activation(x * filter + bias): the windows of a block of pixels are copied into panels and multiplied.
 *
 * @param first - the first of the `rows` rows of outputs, counted over all images
 */
export function convolve(
  conv: Convolution,
  x: usize,
  packed: usize,
  y: usize,
  first: i32,
  rows: i32,
  bias: usize,
  negativeSlope: f32,
  scratch: usize,
): void {
  const line = conv.width.filter * conv.channels;
  const step = rowsAtOnce(conv);
  const windows = scratch + PRODUCT_BYTES;
  const at = windows + <usize>(4 * PIXEL_BLOCK * step * line);
  const band = bandOfWindows(at, conv, GROUP_PIXELS, at + BAND_BYTES);
  const product = plainProduct(scratch);
  product.columns = conv.outChannels;
  product.a = windows;
  product.cRow = (<usize>conv.outChannels) << 2;
  for (const end = first + rows; first < end;) {
    const target = y + <usize>first * <usize>conv.width.output * product.cRow;
    first = readBand(band, conv, x, first, end);
    const pixels = pixelsOf(conv, band);
    const block = blockSize(pixels, PIXEL_BLOCK, ROWS);
    for (let pixel = 0; pixel < pixels; pixel += block) {
      const count = min(block, pixels - pixel);
      product.rows = count;
      product.c = target + <usize>pixel * product.cRow;
      for (let row = 0; row < conv.height.filter; row += step) {
        const thickness = min(step, conv.height.filter - row);
        copyWindows(conv, band, windows, pixel, count, row, thickness);
        product.inner = thickness * line;
        product.b = packed + ((<usize>(row * line * roundUp(conv.outChannels, NARROW))) << 2);
        product.accumulates = row > 0;
        product.bias = row == 0 ? bias : 0;
        product.negativeSlope = row + thickness == conv.height.filter ? negativeSlope : 1;
        multiplyPanels(product);
      }
    }
  }
}

/** Packs rows of the windows of some pixels into panels of four pixels. */
function copyWindows(conv: Convolution, band: Band, target: usize, pixel: i32, pixels: i32, row: i32, rows: i32): void {
  const line = conv.width.filter * conv.channels;
  const paddedRow = paddedRowBytes(conv);
  const source = band.source + <usize>row * paddedRow;
  for (let i = 0; i < pixels; i += ROWS) {
    // the substitutes of missing pixels are multiplied but not stored
    const last = pixel + pixels - 1;
    let a = windowOf(conv, band, source, pixel + i),
      b = windowOf(conv, band, source, min(last, pixel + i + 1)),
      c = windowOf(conv, band, source, min(last, pixel + i + 2)),
      d = windowOf(conv, band, source, min(last, pixel + i + 3));
    for (let r = 0; r < rows; r++, a += paddedRow, b += paddedRow, c += paddedRow, d += paddedRow) {
      let at: usize = 0;
      const whole = (<usize>(line & ~3)) << 2,
        end = (<usize>line) << 2;
      for (; at < whole; at += 16, target += 64) transpose(target, 16, a + at, b + at, c + at, d + at);
      for (; at < end; at += 4, target += 16) {
        store<f32>(target, load<f32>(a + at));
        store<f32>(target, load<f32>(b + at), 4);
        store<f32>(target, load<f32>(c + at), 8);
        store<f32>(target, load<f32>(d + at), 12);
      }
    }
  }
}

/** Bytes of scratch for {@link convolveToFew}. */
export function convolveToFewScratch(conv: Convolution, rows: i32): i32 {
  return windowBandBytes(conv, rows, GROUP_PIXELS);
}

/**
 * The same for so few output channels that they fill less than half of a panel: dot products of windows and filters.
 *
 * @param packed - the filter, transposed to `[outChannels, height, width, channels]`
 * @param first - the first of the `rows` rows of outputs, counted over all images
 */
export function convolveToFew(
  conv: Convolution,
  x: usize,
  packed: usize,
  y: usize,
  first: i32,
  rows: i32,
  bias: usize,
  negativeSlope: f32,
  scratch: usize,
): void {
  const line = (<usize>(conv.width.filter * conv.channels)) << 2;
  const whole = line & ~15;
  const paddedRow = paddedRowBytes(conv);
  const filterHeight = conv.height.filter,
    outChannels = conv.outChannels;
  const band = bandOfWindows(scratch, conv, GROUP_PIXELS, scratch + BAND_BYTES);
  y += (<usize>(first * conv.width.output * outChannels)) << 2;
  for (const end = first + rows; first < end;) {
    first = readBand(band, conv, x, first, end);
    const source = band.source;
    const pixels = pixelsOf(conv, band);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const window = windowOf(conv, band, source, pixel);
      let weights = packed;
      for (let o = 0; o < outChannels; o++, y += 4) {
        // four sums at once: a single one would wait for its own result
        let sums = f32x4.splat(0),
          second = sums,
          third = sums,
          fourth = sums;
        let sum: f32 = bias == 0 ? 0 : load<f32>(bias + ((<usize>o) << 2));
        let from = window;
        for (let row = 0; row < filterHeight; row++, from += paddedRow, weights += line) {
          let at: usize = 0;
          for (; at + 64 <= whole; at += 64) {
            const image = from + at,
              weight = weights + at;
            sums = f32x4.add(sums, f32x4.mul(v128.load(image), v128.load(weight)));
            second = f32x4.add(second, f32x4.mul(v128.load(image, 16), v128.load(weight, 16)));
            third = f32x4.add(third, f32x4.mul(v128.load(image, 32), v128.load(weight, 32)));
            fourth = f32x4.add(fourth, f32x4.mul(v128.load(image, 48), v128.load(weight, 48)));
          }
          for (; at < whole; at += 16) sums = f32x4.add(sums, f32x4.mul(v128.load(from + at), v128.load(weights + at)));
          for (; at < line; at += 4) sum += load<f32>(from + at) * load<f32>(weights + at);
        }
        sums = f32x4.add(f32x4.add(sums, second), f32x4.add(third, fourth));
        sum +=
          f32x4.extract_lane(sums, 0) +
          f32x4.extract_lane(sums, 1) +
          f32x4.extract_lane(sums, 2) +
          f32x4.extract_lane(sums, 3);
        store<f32>(y, negativeSlope == 1 ? sum : f32x4.extract_lane(activate(f32x4.splat(sum), negativeSlope), 0));
      }
    }
  }
}

/** Transposes a filter for {@link convolveToFew}. */
export function transposeFilter(conv: Convolution, filter: usize, packed: usize): void {
  const taps = conv.height.filter * conv.width.filter * conv.channels;
  for (let o = 0; o < conv.outChannels; o++)
    for (let k = 0; k < taps; k++, packed += 4)
      store<f32>(packed, load<f32>(filter + ((<usize>(k * conv.outChannels + o)) << 2)));
}
