import { windowOf } from './bands';
import { Convolution, isPadded, outputBytes, paddedRowBytes } from './convolution';
import { TARGET_BYTES, clearBand, gradientBandBytes, keepBand, targetAt } from './gradient-bands';
import { NARROW, ROWS } from './micro-kernel';
import { PRODUCT_BYTES, blockSize, multiplyRows, packColumns, plainProduct, roundUp } from './panels';

/** Output pixels that are multiplied at a time. */
const PIXEL_BLOCK: i32 = 96;

/** Whether each pixel of dx is one product. */
function isPointwise(conv: Convolution): bool {
  const strides = conv.height.stride * conv.width.stride;
  return (
    conv.height.filter * conv.width.filter * strides == 1 && !isPadded(conv) && conv.height.input == conv.height.output
  );
}

function windowSize(conv: Convolution): i32 {
  return conv.height.filter * conv.width.filter * conv.channels;
}

/** Bytes of a filter as the panels of {@link inputGradient}. */
export function transposedPanelBytes(conv: Convolution): i32 {
  return 4 * conv.outChannels * roundUp(windowSize(conv), NARROW);
}

/** Packs a filter for {@link inputGradient}, transposed. */
export function packTransposedFilter(conv: Convolution, filter: usize, packed: usize): void {
  packColumns(packed, filter, windowSize(conv), conv.outChannels, (<usize>conv.outChannels) << 2, 4);
}

/** Bytes of scratch for {@link inputGradient}. */
export function inputGradientScratch(conv: Convolution, rows: i32): i32 {
  const block = 4 * PIXEL_BLOCK * (conv.outChannels + windowSize(conv));
  return PRODUCT_BYTES + block + <i32>TARGET_BYTES + gradientBandBytes(conv, rows);
}

/**
 * dx: each output pixel's contribution, a product with the transposed filter, is added to the pixel's window.
 *
 * @param first - the first of the `rows` rows of dx, counted over all images
 */
export function inputGradient(
  conv: Convolution,
  dy: usize,
  packed: usize,
  dx: usize,
  first: i32,
  rows: i32,
  scratch: usize,
): void {
  const line = (<usize>(conv.width.filter * conv.channels)) << 2;
  const size = windowSize(conv);
  const paddedRow = paddedRowBytes(conv);
  const left = scratch + PRODUCT_BYTES;
  const windows = left + <usize>(4 * PIXEL_BLOCK * conv.outChannels);
  const target = targetAt(windows + <usize>(4 * PIXEL_BLOCK * size));
  const band = target.band;
  const product = plainProduct(scratch);
  product.columns = size;
  product.inner = conv.outChannels;
  product.aRow = (<usize>conv.outChannels) << 2;
  product.b = packed;
  product.c = windows;
  product.cRow = (<usize>size) << 2;
  if (isPointwise(conv)) {
    const pixels = rows * conv.width.output;
    product.a = dy + <usize>first * <usize>conv.width.output * product.aRow;
    product.c = dx + <usize>first * <usize>conv.width.output * product.cRow;
    for (let pixel = 0; pixel < pixels; pixel += PIXEL_BLOCK) {
      product.rows = min(PIXEL_BLOCK, pixels - pixel);
      multiplyRows(product, left);
      product.a += <usize>PIXEL_BLOCK * product.aRow;
      product.c += <usize>PIXEL_BLOCK * product.cRow;
    }
    return;
  }
  for (const end = first + rows; first < end;) {
    first = clearBand(target, conv, dx, first, end);
    const source = band.source;
    const gradient = dy + <usize>band.image * outputBytes(conv) + <usize>(band.top * conv.width.output) * product.aRow;
    const pixels = band.images * band.rows * conv.width.output;
    const block = blockSize(pixels, PIXEL_BLOCK, ROWS);
    for (let pixel = 0; pixel < pixels; pixel += block) {
      const count = min(block, pixels - pixel);
      product.rows = count;
      product.a = gradient + <usize>pixel * product.aRow;
      multiplyRows(product, left);
      let from = windows;
      for (let i = 0; i < count; i++) {
        let to = windowOf(conv, band, source, pixel + i);
        for (let row = 0; row < conv.height.filter; row++, to += paddedRow, from += line) addTo(to, from, line);
      }
    }
    keepBand(target, conv, dx);
  }
}

/** target += source */
// @inline
export function addTo(target: usize, source: usize, bytes: usize): void {
  let at: usize = 0;
  for (const whole = bytes & ~15; at < whole; at += 16)
    v128.store(target + at, f32x4.add(v128.load(target + at), v128.load(source + at)));
  for (; at < bytes; at += 4) store<f32>(target + at, load<f32>(target + at) + load<f32>(source + at));
}

/** Bytes of scratch for {@link inputGradientOfFew}. */
export function inputGradientOfFewScratch(conv: Convolution, rows: i32): i32 {
  return <i32>TARGET_BYTES + gradientBandBytes(conv, rows);
}

/**
 * The same for few output channels, whose products are so short that they are added to the window directly.
 *
 * @param packed - the filter, transposed to `[outChannels, height, width, channels]`
 * @param first - the first of the `rows` rows of dx, counted over all images
 */
export function inputGradientOfFew(
  conv: Convolution,
  dy: usize,
  packed: usize,
  dx: usize,
  first: i32,
  rows: i32,
  scratch: usize,
): void {
  const line = (<usize>(conv.width.filter * conv.channels)) << 2;
  const paddedRow = paddedRowBytes(conv);
  const filterHeight = conv.height.filter,
    outChannels = conv.outChannels;
  const target = targetAt(scratch);
  const band = target.band;
  for (const end = first + rows; first < end;) {
    first = clearBand(target, conv, dx, first, end);
    const source = band.source;
    let gradient =
      dy + <usize>band.image * outputBytes(conv) + ((<usize>(band.top * conv.width.output * outChannels)) << 2);
    const pixels = band.images * band.rows * conv.width.output;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const window = windowOf(conv, band, source, pixel);
      let weights = packed;
      for (let o = 0; o < outChannels; o++, gradient += 4) {
        let to = window;
        for (let row = 0; row < filterHeight; row++, to += paddedRow, weights += line)
          addScaled(to, weights, load<f32>(gradient), line);
      }
    }
    keepBand(target, conv, dx);
  }
}

/** target += scale source */
// @inline
export function addScaled(target: usize, source: usize, scale: f32, bytes: usize): void {
  const factor = f32x4.splat(scale);
  let at: usize = 0;
  for (const whole = bytes & ~15; at < whole; at += 16)
    v128.store(target + at, f32x4.add(v128.load(target + at), f32x4.mul(v128.load(source + at), factor)));
  for (; at < bytes; at += 4) store<f32>(target + at, load<f32>(target + at) + load<f32>(source + at) * scale);
}
